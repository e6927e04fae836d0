import { join } from 'node:path';
import { type BuiltPackage, buildComponent, chooseSandbox, type Sandbox } from '@slipway/build';
import type { ChosenPackage } from '@slipway/compose';
import { asDigest, type Digest, plural, temporaryBeside } from '@slipway/core';
import { formatNevra } from '@slipway/rpm';
import { buildRoot } from './build-roots.ts';
import { distroIdentity, vendorOf } from './import-stage.ts';
import type { PackageHeaders, PackageRecord } from './package-record.ts';
import { poolOf, solve } from './pools.ts';
import type { RenderedComponent } from './render-stage.ts';
import { runStage, type StageResult } from './stage.ts';
import { architecture, type Workspace } from './workspace.ts';

export interface BuiltRecord extends PackageRecord {
  readonly kind: 'source';
}

/** Builds every rendered component that is not built yet, one after the other: rpmbuild uses all processors itself. */
export function buildStage(
  workspace: Workspace,
  rendered: readonly RenderedComponent[],
  inputs: { readonly imported: readonly PackageRecord[]; readonly headers: PackageHeaders },
): Promise<StageResult<BuiltRecord[]>> {
  return runStage(workspace, 'build', async (advance) => {
    const builder = new ComponentBuilder(workspace, inputs);
    const records: BuiltRecord[] = [];
    let done = 0;
    for (const component of rendered) {
      const name = component.local.component.name;
      advance('packages', records.length, rendered.length, name);
      const { value, cached } = await builder.build(component);
      done += cached ? 0 : 1;
      records.push(...(await describe(value, name, inputs.headers)));
    }
    const summary = `${plural(records.length, 'package')} from ${plural(rendered.length, 'spec')}${done === 0 ? '' : `, ${done} built`}`;
    return { value: records, summary, upToDate: done === 0 };
  });
}

async function describe(
  built: readonly BuiltPackage[],
  component: string,
  headers: PackageHeaders,
): Promise<BuiltRecord[]> {
  const records: BuiltRecord[] = [];
  for (const { digest, sizeBytes } of built) {
    const metadata = await headers.metadata(digest);
    records.push({
      name: metadata.name,
      nevra: formatNevra(metadata),
      digest,
      sizeBytes,
      component,
      kind: 'source',
      origin: '',
    });
  }
  return records;
}

class ComponentBuilder {
  readonly #workspace: Workspace;
  readonly #imported: readonly PackageRecord[];
  readonly #headers: PackageHeaders;
  #pool: ReturnType<typeof poolOf> | undefined;
  #sandbox: Promise<Sandbox> | undefined;

  constructor(
    workspace: Workspace,
    inputs: { readonly imported: readonly PackageRecord[]; readonly headers: PackageHeaders },
  ) {
    this.#workspace = workspace;
    this.#imported = inputs.imported;
    this.#headers = inputs.headers;
  }

  async build(component: RenderedComponent) {
    const name = component.local.component.name;
    const macros = { ...this.#distroMacros(), ...component.macros };
    const root = await this.#rootPackages(component);
    const task = {
      kind: 'build',
      name,
      inputs: { rendered: component.digest, macros, root, time: this.#workspace.time },
      code: this.#workspace.code.of('build', 'compose', 'core', 'disk'),
      objects: (built: readonly BuiltPackage[]) => built.map(({ digest }) => digest),
    };
    return this.#workspace.tasks.run(task, () => this.#run(component, root, macros));
  }

  async #run(
    component: RenderedComponent,
    root: readonly Digest[],
    macros: Readonly<Record<string, string>>,
  ): Promise<BuiltPackage[]> {
    const workspace = this.#workspace;
    const name = component.local.component.name;
    this.#sandbox ??= chooseSandbox(workspace.isRoot);
    const sandbox = await this.#sandbox;
    for (const { content } of component.sources) {
      if (content.kind === 'stored') {
        await workspace.store.ensureIntact(content.digest);
      }
    }
    const chosen: ChosenPackage[] = [];
    for (const digest of root) {
      chosen.push({ digest, metadata: await this.#headers.metadata(digest) });
    }
    return buildComponent({
      component: name,
      spec: component.spec,
      sources: component.sources,
      root: await buildRoot(workspace, chosen),
      // kept after a failure, until the next run
      workDirectory: temporaryBeside(join(workspace.cacheDirectory, 'work', name)),
      logFile: join(workspace.loaded.directories.log, `${name}.log`),
      macros,
      sourceDateEpoch: workspace.time,
      sandbox,
      store: workspace.store,
      ...(workspace.signal === undefined ? {} : { signal: workspace.signal }),
    });
  }

  /** The packages of the component's build root. A change elsewhere in the snapshot asks the solver, not rpmbuild, again. */
  async #rootPackages({ local }: RenderedComponent): Promise<readonly Digest[]> {
    const environment = this.#workspace.loaded.buildEnvironment.packages ?? [];
    const install = [...environment, ...local.buildRequires];
    const requester = `building ${local.component.name}`;
    const task = {
      kind: 'build-root',
      name: local.component.name,
      inputs: { install, packages: this.#imported.map(({ digest }) => digest).sort() },
      code: this.#workspace.code.of('rpm', 'solver'),
      objects: (digests: readonly Digest[]) => digests,
    };
    const { value } = await this.#workspace.tasks.run(task, async () => {
      this.#pool ??= poolOf(this.#imported, this.#headers);
      const solved = solve(await this.#pool, { install, requester, architecture });
      return solved.packages.map(({ package: found }) => asDigest(found.id));
    });
    return value;
  }

  #distroMacros(): Record<string, string> {
    const identity = distroIdentity(this.#workspace);
    const dist = identity?.distTag === undefined ? {} : { dist: identity.distTag };
    return { vendor: vendorOf(this.#workspace), ...dist, ...this.#workspace.loaded.buildEnvironment.macros };
  }
}
