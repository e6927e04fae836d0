import { nearestNames, SlipwayError } from '@slipway/core';
import type { Component, Project } from '@slipway/project';
import type { Command } from 'commander';
import { repeated } from '../global-options.ts';

/** Which components a command works on, as its arguments and options say. */
export interface Selection {
  /** Names, or patterns such as `rust-*`. */
  readonly names: readonly string[];
  readonly group?: readonly string[];
  readonly all?: boolean;
}

/** What no selection at all means. */
type Unselected = 'all' | 'customised' | 'overlaid' | 'refused';

/** Gives a command the arguments and options that choose components. */
export function withSelection(command: Command): Command {
  return command
    .argument('[names...]', 'components: names, or patterns such as "rust-*"')
    .option('-g, --group <group>', 'the members of a component group; may be repeated', repeated)
    .option('-a, --all', 'all components');
}

/** The chosen components in order of their names. Throws `PROJECT_UNKNOWN_NAME`, or `CLI_USAGE` where one must choose. */
export async function selectComponents(
  project: Project,
  { names, group = [], all = false }: Selection,
  unselected: Unselected,
): Promise<Component[]> {
  const components = [...project.components.values()];
  if (all) {
    return components;
  }
  if (names.length === 0 && group.length === 0) {
    return unselectedComponents(components, unselected);
  }
  const { compileGlob } = await import('@slipway/spec');
  const chosen = new Set([
    ...group.flatMap((name) => membersOf(project, name)),
    ...names.flatMap((name) => namedBy(project, name, compileGlob)),
  ]);
  return components.filter(({ name }) => chosen.has(name));
}

function unselectedComponents(components: readonly Component[], unselected: Unselected): Component[] {
  switch (unselected) {
    case 'all':
      return [...components];
    case 'overlaid':
      return components.filter(({ overlays }) => overlays.length > 0);
    case 'customised':
      return components.filter(isCustomised);
    case 'refused':
      throw new SlipwayError('CLI_USAGE', 'Cannot run the command: it names no components', {
        hint: 'name components or patterns, a group with --group, or all of them with --all',
      });
  }
}

/** Differs from upstream, or says something of its own. */
function isCustomised({ overlays, build, release, spec }: Component): boolean {
  const isPinned = spec.type === 'upstream' && spec.commit !== undefined;
  return overlays.length > 0 || isPinned || release !== 'auto' || Object.keys(build).length > 0;
}

function membersOf(project: Project, name: string): readonly string[] {
  const group = project.componentGroups.get(name);
  if (group === undefined) {
    throw unknownName(project, { what: 'component group', name, known: project.componentGroups.keys() });
  }
  return group.components;
}

function namedBy(project: Project, name: string, compile: (pattern: string) => (text: string) => boolean): string[] {
  if (project.components.has(name)) {
    return [name];
  }
  const matches = isPattern(name) ? compile(name) : () => false;
  const found = [...project.components.keys()].filter(matches);
  if (found.length === 0) {
    throw unknownName(project, { what: 'component', name, known: project.components.keys() });
  }
  return found;
}

function isPattern(name: string): boolean {
  return /[*?[{]/.test(name);
}

function unknownName(
  project: Project,
  { what, name, known }: { readonly what: string; readonly name: string; readonly known: Iterable<string> },
): SlipwayError {
  const list = what === 'component' ? 'see slipway component list' : 'see component-groups in the project files';
  if (what === 'component' && isPattern(name)) {
    return new SlipwayError('PROJECT_UNKNOWN_NAME', `Cannot find components: none of the project matches ${name}`, {
      hint: list,
      at: { file: project.rootFile },
    });
  }
  const nearest = nearestNames(name, known);
  return new SlipwayError('PROJECT_UNKNOWN_NAME', `Cannot find the ${what} ${name}: the project does not define it`, {
    hint: nearest.length > 0 ? `did you mean ${nearest.join(' or ')}?` : list,
    at: { file: project.rootFile },
  });
}
