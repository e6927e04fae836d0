import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasErrno, SlipwayError, SlipwayErrors } from '@slipway/core';
import { mistakeError } from './config-errors.ts';
import { type ConfigSource, readConfigSource, type SourceOptions } from './config-source.ts';
import { absoluteGlob, globFiles, isGlob, literalPath } from './glob.ts';
import { maxPatternLength } from './schema/scalars.ts';
import { loadTomlDocument, type TomlDocument } from './toml-document.ts';

/** Files of one project; Azure Linux 4.0 has 214. */
const maxFiles = 50_000;

export interface LoadedSources {
  /** In load order: a file before those that it includes. */
  readonly sources: readonly ConfigSource[];
  readonly warnings: readonly SlipwayError[];
}

/**
 * Reads each root file and, depth first, what it includes. Throws `SlipwayErrors` with every mistake of every file.
 * Within one root a file is reached once; different roots may share files, as with azldev's `--config-file`.
 */
export async function loadSources(roots: readonly string[], options: SourceOptions): Promise<LoadedSources> {
  const state: LoadState = { sources: [], errors: [], warnings: [], seen: new Set(), options };
  for (const root of roots) {
    state.seen.clear();
    await loadFile(root, state);
  }
  if (state.errors.length > 0) {
    throw new SlipwayErrors(state.errors);
  }
  return state;
}

interface LoadState {
  readonly sources: ConfigSource[];
  readonly errors: SlipwayError[];
  readonly warnings: SlipwayError[];
  /** Real paths: a file with two names is one file. */
  readonly seen: Set<string>;
  readonly options: SourceOptions;
}

/** Returns false when the file was reached before. */
async function loadFile(file: string, state: LoadState): Promise<boolean> {
  const identity = await realPath(file);
  if (state.seen.has(identity)) {
    return false;
  }
  state.seen.add(identity);
  if (state.seen.size > maxFiles) {
    throw new SlipwayError('CORE_LIMIT', `Cannot load a project of more than ${maxFiles} files`, { at: { file } });
  }
  const document = await collect(state, () => loadTomlDocument(file));
  if (document === undefined) {
    return true;
  }
  const reading = readConfigSource(document, state.options);
  state.errors.push(...reading.errors);
  state.warnings.push(...reading.warnings);
  if (reading.source !== undefined) {
    state.sources.push(reading.source);
  }
  await loadIncludes(document, state);
  return true;
}

/** Includes are followed even when the file has mistakes, so that one run shows those of all files. */
async function loadIncludes(document: TomlDocument, state: LoadState): Promise<void> {
  const includes = Array.isArray(document.value.includes) ? document.value.includes : [];
  for (const [index, pattern] of includes.entries()) {
    if (typeof pattern !== 'string' || pattern === '' || pattern.length > maxPatternLength) {
      continue; // the definition has reported it
    }
    const path = ['includes', index];
    const absolute = absoluteGlob(dirname(document.file), pattern);
    const files = await collect(
      state,
      () => globFiles(absolute),
      (failure) => mistakeError({ code: failure.code, path, part: 'value', reason: failure.message }, document),
    );
    if (files?.length === 0 && !isGlob(absolute)) {
      const reason = `there is no file ${literalPath(absolute)}`;
      state.errors.push(mistakeError({ code: 'PROJECT_INCLUDE_MISSING', path, part: 'value', reason }, document));
    }
    for (const file of files ?? []) {
      if (!(await loadFile(file, state))) {
        const reason = `${file} is already part of the project`;
        const hint = 'include every file once; a pattern also matches the file that it stands in';
        state.errors.push(mistakeError({ code: 'PROJECT_INCLUDE_TWICE', path, part: 'value', reason, hint }, document));
      }
    }
  }
}

async function collect<T>(
  state: { readonly errors: SlipwayError[] },
  load: () => Promise<T>,
  place: (failure: SlipwayError) => SlipwayError = (failure) => failure,
): Promise<T | undefined> {
  try {
    return await load();
  } catch (failure) {
    if (failure instanceof SlipwayError) {
      state.errors.push(place(failure));
      return undefined;
    }
    throw failure;
  }
}

async function realPath(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (cause) {
    if (cause instanceof Error && hasErrno(cause, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG')) {
      return file; // reading it gives the error its place
    }
    throw cause;
  }
}
