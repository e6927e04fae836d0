import type { MergedConfig } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import type { ConfigPath, Origin } from './project.ts';
import { namedRepositories, repositoryTemplate } from './repositories.ts';
import type { Resources } from './schema/resources.ts';

/** Reports unknown templates and members of repository sets, names that two repositories get, and unknown inputs. */
export function checkResources(merged: MergedConfig, mistakes: Mistakes, rootFile: string): void {
  const at = (...path: ConfigPath): Origin => mistakes.originOf(['resources', ...path], rootFile);
  for (const [name, set] of Object.entries(merged.resources.rpmRepoSets ?? {})) {
    const template = repositoryTemplate(merged.resources, set.template);
    if (template === undefined) {
      const known = Object.keys(merged.resources.rpmRepoSetTemplates ?? {});
      mistakes.addUnknown(at('rpm-repo-sets', name, 'template'), 'repository set template', set.template, known);
      continue;
    }
    const members = template.map((subrepo) => subrepo.name);
    set.subrepos?.forEach((member, index) => {
      if (!members.includes(member)) {
        mistakes.addUnknown(
          at('rpm-repo-sets', name, 'subrepos', index),
          `member of ${set.template} called`,
          member,
          members,
        );
      }
    });
  }
  checkCollisions(merged, mistakes, at);
  checkInputs(merged, mistakes);
}

function checkCollisions(merged: MergedConfig, mistakes: Mistakes, at: (...path: ConfigPath) => Origin): void {
  const seen = new Map<string, string>();
  for (const { name, from } of namedRepositories(merged.resources)) {
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      const reason = `${from.table}.${from.name} and ${earlier} both give a repository "${name}"`;
      mistakes.add('PROJECT_DUPLICATE', at(from.table, from.name), reason, 'set another name-prefix');
    }
    seen.set(name, `${from.table}.${from.name}`);
  }
}

function checkInputs(merged: MergedConfig, mistakes: Mistakes): void {
  const local = repositoriesWithLocalKeys(merged.resources);
  for (const [name, { config, origin }] of merged.distros) {
    for (const [version, { inputs = {} }] of Object.entries(config.versions ?? {})) {
      for (const [use, list] of Object.entries({ 'rpm-build': inputs.rpmBuild, 'image-build': inputs.imageBuild })) {
        const path = ['distros', name, 'versions', version, 'inputs', use];
        const at = (...rest: ConfigPath): Origin => mistakes.originOf([...path, ...rest], origin.file);
        checkInputList(list ?? [], at, { merged, mistakes, refused: use === 'rpm-build' ? local : new Set() });
      }
    }
  }
}

/** Entries by table and name; the chroot of a package build does not see keys of the project. */
function repositoriesWithLocalKeys(resources: Resources): ReadonlySet<string> {
  const local = namedRepositories(resources).filter(({ gpgKey }) => gpgKey?.startsWith('/'));
  return new Set(local.map(({ from }) => `${from.table} ${from.name}`));
}

function checkInputList(
  inputs: readonly { readonly repo?: string; readonly set?: string }[],
  at: (...path: ConfigPath) => Origin,
  {
    merged,
    mistakes,
    refused,
  }: { readonly merged: MergedConfig; readonly mistakes: Mistakes; readonly refused: ReadonlySet<string> },
): void {
  const { rpmRepos = {}, rpmRepoSets = {} } = merged.resources;
  inputs.forEach((input, index) => {
    if (input.repo === undefined && input.set === undefined) {
      return; // the definition has reported it
    }
    const [key, name, table, known] =
      input.repo === undefined
        ? (['set', input.set ?? '', 'rpm-repo-sets', rpmRepoSets] as const)
        : (['repo', input.repo, 'rpm-repos', rpmRepos] as const);
    const origin = at(index, key);
    if (!Object.hasOwn(known, name)) {
      mistakes.addUnknown(origin, key === 'repo' ? 'repository' : 'repository set', name, Object.keys(known));
    } else if (refused.has(`${table} ${name}`)) {
      const reason = `package builds cannot read the local gpg-key of "${name}"`;
      mistakes.add('PROJECT_BAD_VALUE', origin, reason, 'give the key by an https URI');
    }
  });
}
