import { basename } from 'node:path';
import type { SourcePosition } from '@slipway/core';
import type { Component, ConfigPath, Origin, Project } from './project.ts';

/** A setting by which a component deviates from upstream without an overlay. */
export interface ComponentSetting {
  /** As dotted keys below the component: `spec.upstream-commit`. */
  readonly key: string;
  /** What the comment above it, or above a table that it stands in, says. */
  readonly comment?: string;
  readonly at: SourcePosition;
}

const settings: readonly ConfigPath[] = [
  ['spec', 'upstream-commit'],
  ...['with', 'without', 'defines', 'undefines'].map((key) => ['build', key]),
];

/**
 * The settings that the component itself writes; what it inherits is explained where it is written, and what a local
 * component sets deviates from nothing.
 */
export function componentSettings(project: Project, { name, spec, origin }: Component): ComponentSetting[] {
  if (spec.type === 'local' || origin.path[0] !== 'components' || origin.path[1] !== name) {
    return [];
  }
  return settings.flatMap((keys) => {
    const setting: Origin = { file: origin.file, path: [...origin.path, ...keys] };
    if (project.declaration(setting) === undefined) {
      return [];
    }
    const comment = commentAbove(project, origin, keys);
    return [{ key: keys.join('.'), ...(comment !== undefined && { comment }), at: project.position(setting) }];
  });
}

function commentAbove(project: Project, { file, path }: Origin, keys: ConfigPath): string | undefined {
  for (let depth = keys.length; depth >= 0; depth--) {
    const comment = project.declaration({ file, path: [...path, ...keys.slice(0, depth)] })?.comment;
    if (comment !== undefined) {
      return comment;
    }
  }
  return undefined;
}

/**
 * The other component after which the file is named that defines a component (`NAME.comp.toml`, `NAME.toml`), if that
 * one is defined elsewhere: somebody who looks for either looks in the wrong file.
 */
export function misnamedFile(project: Project, { name, origin }: Component): string | undefined {
  const stem = basename(origin.file).replace(/(?:\.comp)?\.toml$/, '');
  const other = stem === name || origin.path[0] !== 'components' ? undefined : project.components.get(stem);
  return other === undefined || other.origin.file === origin.file ? undefined : stem;
}
