import type { Resources } from './schema/resources.ts';

/** One rpm-md repository that a project names, single or as part of a set. */
export interface NamedRepository {
  readonly name: string;
  readonly kind: 'binary' | 'debug' | 'source';
  readonly location: {
    readonly type: 'base-uri' | 'metalink' /** May contain $basearch and $releasever. */;
    readonly uri: string;
  };
  /** Path or URI; undefined: signatures are not checked. */
  readonly gpgKey?: string;
  /** Empty: all. */
  readonly arches: readonly string[];
  /** The entry of `rpm-repos` or `rpm-repo-sets` that it comes from. */
  readonly from: { readonly table: 'rpm-repos' | 'rpm-repo-sets'; readonly name: string };
}

type Template = NonNullable<NonNullable<Resources['rpmRepoSetTemplates']>[string]['subrepos']>;

/** The template of a set, or undefined when there is none of the name. */
export function repositoryTemplate(resources: Resources, name: string): Template | undefined {
  const { rpmRepoSetTemplates: templates = {} } = resources;
  return Object.hasOwn(templates, name) ? (templates[name]?.subrepos ?? []) : undefined;
}

/** Every repository of the project in order of its name; sets are expanded to prefix + name of the template. */
export function namedRepositories(resources: Resources): NamedRepository[] {
  return [...singleRepositories(resources), ...setRepositories(resources)].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
}

function singleRepositories(resources: Resources): NamedRepository[] {
  return Object.entries(resources.rpmRepos ?? {}).map(([name, repo]) => ({
    name,
    kind: 'binary',
    location:
      repo.baseUri === undefined
        ? { type: 'metalink', uri: repo.metalink ?? '' }
        : { type: 'base-uri', uri: repo.baseUri },
    ...checkedBy(repo),
    arches: repo.arches ?? [],
    from: { table: 'rpm-repos', name },
  }));
}

function setRepositories(resources: Resources): NamedRepository[] {
  return Object.entries(resources.rpmRepoSets ?? {}).flatMap(([name, set]) =>
    (repositoryTemplate(resources, set.template) ?? [])
      .filter((subrepo) => set.subrepos === undefined || set.subrepos.includes(subrepo.name))
      .map(
        (subrepo): NamedRepository => ({
          name: `${set.namePrefix ?? ''}${subrepo.name}`,
          kind: subrepo.kind ?? 'binary',
          location: { type: 'base-uri', uri: `${set.baseUri.replace(/\/+$/, '')}/${subrepo.subpath}` },
          ...checkedBy(set),
          arches: set.arches ?? [],
          from: { table: 'rpm-repo-sets', name },
        }),
      ),
  );
}

function checkedBy(trust: { readonly gpgKey?: string; readonly disableGpgCheck?: boolean }): {
  readonly gpgKey?: string;
} {
  return trust.disableGpgCheck === true || trust.gpgKey === undefined ? {} : { gpgKey: trust.gpgKey };
}
