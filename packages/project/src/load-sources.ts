import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasErrno, SlipwayError } from '@slipway/core';
import { unquoteWildcards } from '@slipway/spec';
import { reportMissingFile } from './check-files.ts';
import type { Generation } from './generation.ts';
import { absoluteGlob, globFiles, isGlob } from './glob.ts';
import type { Mistakes } from './mistakes.ts';
import type { Origin } from './project.ts';
import { type ReadOptions, readConfig } from './read-config.ts';
import { type ConfigFile, configFile } from './schema/config-file.ts';
import { maxPatternLength } from './schema/scalars.ts';
import { loadPartialDocument, type TomlDocument } from './toml-document.ts';

/** Files of one project; Azure Linux 4.0 has 214. */
const maxFiles = 50_000;

/** One file of a project: checked, all paths absolute, what is wrong in it left out. */
export interface ConfigSource {
  readonly file: string;
  /** Whether the root file of the project reaches it, not only a further configuration file. */
  readonly isOwn: boolean;
  readonly config: ConfigFile;
  readonly generation: Generation;
}

/**
 * Reads each root file and, depth first, what it includes; the result is in load order, a file before those that it
 * includes. Every mistake is added to `mistakes`. Within one root a file is reached once; different roots may share
 * files, as with azldev's `--config-file`.
 */
export function loadSources(roots: readonly string[], options: ReadOptions, mistakes: Mistakes): ConfigSource[] {
  const sources: ConfigSource[] = [];
  roots.forEach((root, index) => {
    loadFile(root, { sources, isOwn: index === 0, seen: new Set(), open: new Set(), options, mistakes });
  });
  return sources;
}

interface LoadState {
  readonly sources: ConfigSource[];
  readonly isOwn: boolean;
  /** Real paths: a file with two names is one file. */
  readonly seen: Set<string>;
  /** Those of the files that lead from the root to the current one. */
  readonly open: Set<string>;
  readonly options: ReadOptions;
  readonly mistakes: Mistakes;
}

/** Returns false when the file was reached before. */
function loadFile(file: string, state: LoadState): boolean {
  const identity = realPath(file);
  if (state.seen.has(identity)) {
    return false;
  }
  state.seen.add(identity);
  if (state.seen.size > maxFiles) {
    throw new SlipwayError('CORE_LIMIT', `Cannot load a project of more than ${maxFiles} files`, { at: { file } });
  }
  const partial = loadPartialDocument(file);
  state.mistakes.addFile(file, partial);
  if (partial.document !== undefined) {
    const reading = readConfig(configFile, partial.document, state.options);
    state.mistakes.addReading(file, reading);
    const { config = {}, generation } = reading;
    state.sources.push({ file, isOwn: state.isOwn, config, generation });
    state.open.add(identity);
    loadIncludes(partial.document, state);
    state.open.delete(identity);
  }
  return true;
}

function loadIncludes(document: TomlDocument, state: LoadState): void {
  const includes: readonly unknown[] = Array.isArray(document.value.includes) ? document.value.includes : [];
  for (const [index, pattern] of includes.entries()) {
    if (typeof pattern === 'string' && pattern !== '' && pattern.length <= maxPatternLength) {
      loadPattern(absoluteGlob(dirname(document.file), pattern), [document.file, index], state);
    }
  }
}

function loadPattern(pattern: string, [including, index]: readonly [string, number], state: LoadState): void {
  const { mistakes } = state;
  const origin: Origin = { file: including, path: ['includes', index] };
  const files = mistakes.attempt(origin, () => globFiles(pattern));
  if (files?.length === 0 && !isGlob(pattern)) {
    reportMissingFile(origin, unquoteWildcards(pattern), mistakes);
  }
  for (const file of files ?? []) {
    if (!loadFile(file, state)) {
      const isCircle = state.open.has(realPath(file));
      const reason = isCircle
        ? `includes go in a circle: ${file} leads here`
        : `${file} is already part of the project`;
      const hint = 'include every file once; a pattern also matches the file that it stands in';
      mistakes.add('PROJECT_INCLUDE_TWICE', origin, reason, hint);
    }
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch (cause) {
    if (cause instanceof Error && hasErrno(cause, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG')) {
      return file; // reading it gives the error its place
    }
    throw cause;
  }
}
