import { dirname } from 'node:path';
import type { SlipwayError } from '@slipway/core';
import { absoluteConfig } from './absolute-paths.ts';
import { type Mistake, mistakeError } from './config-errors.ts';
import { schemaOf } from './json-schema.ts';
import { type ReadOptions, readConfig } from './read-config.ts';
import { type ConfigFile, configFile } from './schema/config-file.ts';
import type { Generation } from './schema/table.ts';
import { type Requirement, requirements } from './schema-walk.ts';
import type { TomlDocument } from './toml-document.ts';

/** azldev's configuration, or the superset that is rooted in a `slipway.toml`. */
export type Dialect = 'azldev' | 'slipway';

export interface SourceOptions {
  readonly dialect: Dialect;
  readonly permissive: boolean;
}

/** One file of a project: checked, all paths absolute. */
export interface ConfigSource {
  readonly document: TomlDocument;
  readonly config: ConfigFile;
  readonly generation: Generation;
}

export interface SourceReading {
  readonly source: ConfigSource | undefined;
  readonly errors: readonly SlipwayError[];
  readonly warnings: readonly SlipwayError[];
}

export function readConfigSource(document: TomlDocument, options: SourceOptions): SourceReading {
  const reading = readConfig(configFile, document, readOptions(options));
  if (reading.config === undefined) {
    return { ...reading, source: undefined };
  }
  const { additions, generation } = generationOf(document, schemaOf(configFile));
  if (options.dialect === 'azldev' && additions.length > 0) {
    return { source: undefined, errors: additions, warnings: reading.warnings };
  }
  const config = absoluteConfig(reading.config, dirname(document.file));
  return { source: { document, config, generation }, errors: [], warnings: reading.warnings };
}

export function readOptions(options: SourceOptions): ReadOptions {
  return { permissive: options.permissive, lenientOverlays: options.dialect === 'azldev' };
}

/** The newest generation that a file needs, and an error for each use of something that only Slipway has. */
export function generationOf(
  document: TomlDocument,
  schema: ReturnType<typeof schemaOf>,
): { readonly generation: Generation; readonly additions: readonly SlipwayError[] } {
  const needed = requirements(schema, document.value);
  const slipway = needed.filter((requirement) => requirement.generation === 'slipway');
  const generation = slipway.length > 0 ? 'slipway' : needed.length > 0 ? 'august-2026' : 'april-2026';
  return { generation, additions: outermost(slipway).map((use) => mistakeError(slipwayOnly(use), document)) };
}

function slipwayOnly(use: Requirement): Mistake {
  return {
    code: 'PROJECT_SLIPWAY_ONLY',
    path: use.path,
    part: 'key',
    reason: 'only Slipway has this, and the root file of the project is azldev.toml',
    hint: 'root the project in a slipway.toml, or leave this out',
  };
}

/** Requirements are in order of the walk: a parent stands before what it contains. */
function outermost(uses: readonly Requirement[]): Requirement[] {
  const kept: Requirement[] = [];
  for (const use of uses) {
    const last = kept.at(-1);
    if (last === undefined || !last.path.every((part, index) => use.path[index] === part)) {
      kept.push(use);
    }
  }
  return kept;
}
