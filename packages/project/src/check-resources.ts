import type { MergedConfig } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import type { ConfigPath, Origin } from './project.ts';
import { namedRepositories, repositoryTemplate, repositoryTemplateNames } from './repositories.ts';

/** Reports unknown templates and members of repository sets, names that two repositories get, and unknown inputs. */
export function checkResources(merged: MergedConfig, mistakes: Mistakes, rootFile: string): void {
  const at = (...path: ConfigPath): Origin => mistakes.originOf(['resources', ...path], rootFile);
  for (const [name, set] of Object.entries(merged.resources.rpmRepoSets ?? {})) {
    const template = repositoryTemplate(merged.resources, set.template);
    if (template === undefined) {
      const known = repositoryTemplateNames(merged.resources);
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
  for (const [name, { config, origin }] of merged.distros) {
    for (const [version, { inputs = {} }] of Object.entries(config.versions ?? {})) {
      for (const [use, list] of Object.entries({ 'rpm-build': inputs.rpmBuild, 'image-build': inputs.imageBuild })) {
        const path = ['distros', name, 'versions', version, 'inputs', use];
        const at = (...rest: ConfigPath): Origin => mistakes.originOf([...path, ...rest], origin.file);
        checkInputList(list ?? [], at, { merged, mistakes });
      }
    }
  }
}

function checkInputList(
  inputs: readonly { readonly repo?: string; readonly set?: string }[],
  at: (...path: ConfigPath) => Origin,
  { merged, mistakes }: { readonly merged: MergedConfig; readonly mistakes: Mistakes },
): void {
  const { rpmRepos = {}, rpmRepoSets = {} } = merged.resources;
  inputs.forEach(({ repo, set }, index) => {
    if (repo !== undefined && !Object.hasOwn(rpmRepos, repo)) {
      mistakes.addUnknown(at(index, 'repo'), 'repository', repo, Object.keys(rpmRepos));
    }
    if (set !== undefined && !Object.hasOwn(rpmRepoSets, set)) {
      mistakes.addUnknown(at(index, 'set'), 'repository set', set, Object.keys(rpmRepoSets));
    }
  });
}
