import { SlipwayError } from '@slipway/core';
import type { Component, ComponentLock, Distro, Project } from '@slipway/project';
import { MemorySourceFiles } from '@slipway/spec';
import { type DistGit, distGitUri, type UpstreamHistory } from '@slipway/upstream';
import type { PreparedComponent } from './explain/prepared-component.ts';
import { loadLocalSources } from './local-sources.ts';

/** Where a component was taken from. */
export interface UpstreamOrigin {
  readonly uri: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  readonly how: 'locked' | 'pinned' | 'snapshot' | 'head';
}

/** A component's spec and the files beside it, as upstream or the project has them. */
export interface ComponentSources extends PreparedComponent {
  readonly spec: Buffer;
  /** Undefined for local components. */
  readonly upstream?: UpstreamOrigin;
  /** What came before the commit; undefined for local components. */
  readonly history?: () => Promise<UpstreamHistory>;
}

/** What replaces a component's own choice of an upstream state, for a forecast. */
export interface OtherUpstream {
  /** RFC 3339. */
  readonly snapshot?: string;
  /** 7 to 40 hexadecimal digits. */
  readonly commit?: string;
}

/** Gets the sources of components, before their overlays; nothing is written but caches. */
export class SourceLoader {
  readonly #project: Project;
  readonly #distGit: DistGit;

  constructor(project: Project, distGit: DistGit) {
    this.#project = project;
    this.#distGit = distGit;
  }

  /** Throws `RENDER_IMPORT`, `PROJECT_MISSING_KEY`, and what `DistGit` throws. */
  async load(component: Component, lock: ComponentLock | undefined, other?: OtherUpstream): Promise<ComponentSources> {
    switch (component.spec.type) {
      case 'local':
        return loadLocalSources(this.#project, component.name, component.spec.path);
      case 'upstream':
        return this.#upstream(component, component.spec, other ?? (await this.resolve(component, lock)));
      case 'import':
        throw new SlipwayError('RENDER_IMPORT', `Cannot render ${component.name}: it imports a binary package`, {
          hint: 'its spec is made from the package; slipway build applies its overlays',
          at: this.#project.position(component.origin),
        });
    }
  }

  /** The upstream commit of a component (overlays.md 3.1); `refresh` asks upstream also for what was found out before. */
  async resolve(component: Component, lock: ComponentLock | undefined, refresh = false): Promise<UpstreamOrigin> {
    const spec = upstreamSpec(component);
    const locked = lock?.upstreamCommit;
    return this.#choose(component, {
      ...(spec.snapshot === undefined ? {} : { snapshot: spec.snapshot }),
      ...(spec.commit === undefined ? {} : { commit: spec.commit }),
      ...(locked === undefined ? {} : { locked }),
      refresh,
    });
  }

  /** Whether `earlier` is the commit that was chosen or one of its first parents: releases are counted along these. */
  async isOnMainline(component: Component, { uri, commit }: UpstreamOrigin, earlier: string): Promise<boolean> {
    const { commits } = await this.#distGit.history(uri, commit, `${upstreamSpec(component).name}.spec`);
    let current: string | undefined = commit;
    for (const { id, parents } of commits) {
      if (id === current && id !== earlier) {
        current = parents[0];
      }
    }
    return current === earlier;
  }

  async #choose(
    component: Component,
    { snapshot, commit, locked, refresh = false }: OtherUpstream & { readonly locked?: string; refresh?: boolean },
  ): Promise<UpstreamOrigin> {
    const { uri, branch } = this.#repository(component);
    const resolved = await this.#distGit.resolveCommit({
      component: component.name,
      uri,
      branch,
      ...(snapshot === undefined ? {} : { snapshot }),
      ...(commit === undefined ? {} : { pin: commit }),
      ...(locked === undefined ? {} : { locked }),
      refresh,
    });
    return { uri, ...resolved };
  }

  async #upstream(
    component: Component,
    spec: ReturnType<typeof upstreamSpec>,
    wanted: UpstreamOrigin | OtherUpstream,
  ): Promise<ComponentSources> {
    const upstream = 'uri' in wanted ? wanted : await this.#choose(component, wanted);
    const tree = await this.#distGit.readTree(upstream.uri, upstream.commit);
    const specPath = `${spec.name}.spec`;
    const files = new MemorySourceFiles();
    for (const file of tree.files) {
      if (file.type === 'file' && file.path !== specPath) {
        await files.write(file.path, await tree.read(file.path), file.mode);
      }
    }
    return {
      name: component.name,
      spec: await tree.readSpec(spec.name),
      specName: `${component.name}.spec`,
      files,
      upstream,
      history: () => this.#distGit.history(upstream.uri, upstream.commit, specPath),
    };
  }

  #repository(component: Component): { readonly uri: string; readonly branch: string } {
    const { distro, name } = upstreamSpec(component);
    const found = this.#project.distros.get(distro.name);
    const branch = found?.versions.get(distro.version)?.distGitBranch;
    if (found?.distGitBaseUri === undefined || branch === undefined) {
      throw this.#missing(
        component,
        found,
        found?.distGitBaseUri === undefined ? 'dist-git-base-uri' : 'dist-git-branch',
      );
    }
    return { uri: distGitUri(found.distGitBaseUri, name), branch };
  }

  #missing(component: Component, distro: Distro | undefined, key: string): SlipwayError {
    const { name, version } = upstreamSpec(component).distro;
    const table = key === 'dist-git-branch' ? `distros.${name}.versions.${version}` : `distros.${name}`;
    return new SlipwayError('PROJECT_MISSING_KEY', `Cannot get ${component.name}: ${table} has no ${key}`, {
      hint: `set ${key}`,
      at: this.#project.position(distro?.origin ?? component.origin),
    });
  }
}

function upstreamSpec({ name, spec }: Component): Extract<Component['spec'], { type: 'upstream' }> {
  if (spec.type !== 'upstream') {
    throw new SlipwayError('CORE_BUG', `${name} has no upstream`);
  }
  return spec;
}
