import { basename } from 'node:path';
import { inherit } from './inherit.ts';
import { type Defined, type MergedConfig, sortedByName } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import type { ComponentGroup, Origin } from './project.ts';
import type { ComponentConfig } from './schema/component.ts';
import type { DistroVersion } from './schema/distro.ts';

/** A component with everything it inherits, before it is checked and given its final form. */
export interface EffectiveComponent extends Defined<ComponentConfig> {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface EffectiveComponents {
  readonly components: readonly EffectiveComponent[];
  readonly groups: ReadonlyMap<string, ComponentGroup>;
}

/**
 * Resolves inheritance (overlays.md 1.4): defaults of the distribution version, defaults of the project, each group
 * in order of its name, the component. `specFiles` has the local specs that each group finds by its globs.
 */
export function effectiveComponents(
  merged: MergedConfig,
  specFiles: ReadonlyMap<string, readonly string[]>,
  mistakes: Mistakes,
): EffectiveComponents {
  const members = groupMembers(merged, specFiles, mistakes);
  const base = inherit(distroVersion(merged)?.defaultComponentConfig ?? {}, merged.defaultComponentConfig);
  const bases = new Map<string, ComponentConfig>();
  const components = [...members.definitions].map(([name, { config, origin }]) => {
    const groups = members.groupsOf.get(name) ?? [];
    const key = JSON.stringify(groups);
    const inherited = bases.get(key) ?? groups.reduce((sum, group) => inherit(sum, groupDefaults(merged, group)), base);
    bases.set(key, inherited);
    return { name, groups, origin, config: inherit(inherited, config) };
  });
  return { components, groups: members.groups };
}

/** The version that `[project] default-distro` means. */
export function defaultDistro(merged: MergedConfig): { readonly name: string; readonly version: string } | undefined {
  const reference = merged.project.defaultDistro;
  const version = reference?.version || merged.distros.get(reference?.name ?? '')?.config.defaultVersion;
  return reference === undefined || version === undefined ? undefined : { name: reference.name, version };
}

/** What the distributions say about that version. */
export function distroVersion(merged: MergedConfig): DistroVersion | undefined {
  const distro = defaultDistro(merged);
  const versions = merged.distros.get(distro?.name ?? '')?.config.versions ?? {};
  return distro !== undefined && Object.hasOwn(versions, distro.version) ? versions[distro.version] : undefined;
}

function groupDefaults(merged: MergedConfig, group: string): ComponentConfig {
  return merged.componentGroups.get(group)?.config.defaultComponentConfig ?? {};
}

interface Members {
  readonly definitions: ReadonlyMap<string, Defined<ComponentConfig>>;
  readonly groups: ReadonlyMap<string, ComponentGroup>;
  /** Names of groups in order, by component. */
  readonly groupsOf: ReadonlyMap<string, readonly string[]>;
}

function groupMembers(
  merged: MergedConfig,
  specFiles: ReadonlyMap<string, readonly string[]>,
  mistakes: Mistakes,
): Members {
  const found = new Map<string, Defined<ComponentConfig>>();
  const known = new Set(merged.components.keys());
  for (const path of [...specFiles.values()].flat()) {
    known.add(componentName(path));
  }
  const groupsOf = new Map<string, string[]>();
  const groups = new Map<string, ComponentGroup>();
  for (const [name, { config, origin }] of merged.componentGroups) {
    const names = new Set([
      ...listedMembers(known, { config, origin }, mistakes),
      ...foundMembers(merged, { specs: specFiles.get(name) ?? [], origin, found }, mistakes),
    ]);
    const components = [...names].sort();
    for (const component of components) {
      groupsOf.set(component, [...(groupsOf.get(component) ?? []), name]);
    }
    groups.set(name, {
      name,
      components,
      origin,
      ...(config.description !== undefined && { description: config.description }),
    });
  }
  const definitions = found.size === 0 ? merged.components : sortedByName(new Map([...merged.components, ...found]));
  return { definitions, groups, groupsOf };
}

function listedMembers(
  known: ReadonlySet<string>,
  { config, origin }: Defined<{ readonly components?: readonly string[] }>,
  mistakes: Mistakes,
): string[] {
  return (config.components ?? []).filter((member, index) => {
    if (known.has(member)) {
      return true;
    }
    const at: Origin = { file: origin.file, path: [...origin.path, 'components', index] };
    mistakes.addUnknown(at, 'component', member, known);
    return false;
  });
}

function componentName(specPath: string): string {
  return basename(specPath, '.spec');
}

/** A spec that a glob finds is a local component named after the file; a written definition of that name wins. */
function foundMembers(
  merged: MergedConfig,
  group: {
    readonly specs: readonly string[];
    readonly origin: Origin;
    readonly found: Map<string, Defined<ComponentConfig>>;
  },
  mistakes: Mistakes,
): string[] {
  return group.specs.map((path) => {
    const name = componentName(path);
    const earlier = group.found.get(name)?.config.spec?.path;
    if (earlier !== undefined && earlier !== path) {
      const at: Origin = { file: group.origin.file, path: [...group.origin.path, 'specs'] };
      mistakes.add('PROJECT_DUPLICATE', at, `${earlier} and ${path} are both the spec of component "${name}"`);
    } else if (!merged.components.has(name)) {
      group.found.set(name, { config: { spec: { type: 'local', path } }, origin: group.origin });
    }
    return name;
  });
}
