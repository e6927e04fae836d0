import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileError, hasErrno, SlipwayError } from '@slipway/core';
import { compileGlob, type OverlayMode } from '@slipway/spec';
import { effectiveComponents } from './effective-components.ts';
import { embeddedDefaults } from './embedded-defaults.ts';
import { globFiles } from './glob.ts';
import { loadOverlayFiles } from './load-overlay-files.ts';
import { loadSources } from './load-sources.ts';
import { type MergedConfig, mergeConfig } from './merge-config.ts';
import { Mistakes } from './mistakes.ts';
import type { Origin, Project } from './project.ts';
import type { Dialect, ReadOptions } from './read-config.ts';
import { resolveProject } from './resolve-project.ts';
import type { ComponentGroupConfig } from './schema/component.ts';

/** Root files in order of preference: the first is Slipway's own, the second that of azldev. */
const rootNames: Readonly<Record<string, Dialect>> = { 'slipway.toml': 'slipway', 'azldev.toml': 'azldev' };

export interface LoadOptions {
  /**
   * Further files, each with its includes; later files win. azldev's order is the user's own configuration file, then
   * each `--config-file`.
   */
  readonly configFiles?: readonly string[];
  /** What is wrong but can be left out becomes a warning (azldev's `--permissive-config`). */
  readonly permissive?: boolean;
  /** Whether what every project has before its own files holds; omitted: yes (azldev's `--no-default-config`). */
  readonly embeddedDefaults?: boolean;
  /** Files may define one component in parts, as in azldev 0.4; omitted: a second definition is an error. */
  readonly mergeComponents?: boolean;
  /** Whose overlay semantics hold; omitted: those of August 2026. */
  readonly overlayMode?: OverlayMode;
}

/**
 * Loads a project from its root file, or from the nearest `slipway.toml` or `azldev.toml` in or above a directory.
 * Only what is reached from a `slipway.toml` may use Slipway's additions; a root file of any other name is read as
 * azldev's configuration.
 * Throws `PROJECT_NOT_FOUND`, or `SlipwayErrors` with every mistake of every file.
 */
export async function loadProject(rootFileOrDirectory: string, options: LoadOptions = {}): Promise<Project> {
  const rootFile = await findRootFile(resolve(rootFileOrDirectory));
  const readOptions: ReadOptions = {
    dialect: rootNames[basename(rootFile)] ?? 'azldev',
    permissive: options.permissive ?? false,
  };
  const roots = [rootFile, ...(options.configFiles ?? []).map((file) => resolve(file))];
  const mistakes = new Mistakes(readOptions);
  const sources = loadSources(roots, readOptions, mistakes);
  const merged = mergeConfig(
    sources,
    {
      defaults: options.embeddedDefaults === false ? {} : embeddedDefaults,
      mergeComponents: options.mergeComponents ?? false,
    },
    mistakes,
  );
  const effective = effectiveComponents(merged, findSpecs(merged, mistakes), mistakes);
  const overlayFiles = loadOverlayFiles({ merged, effective, options: readOptions, mistakes });
  const overlayMode = options.overlayMode ?? 'august-2026';
  return resolveProject({ rootFile, overlayMode, sources, merged, effective, overlayFiles, mistakes });
}

/** Walks up from a directory; a file is its own answer. */
export async function findRootFile(path: string): Promise<string> {
  if (await isFile(path)) {
    return path;
  }
  for (let directory = path; ; directory = dirname(directory)) {
    for (const name of Object.keys(rootNames)) {
      if (await isFile(join(directory, name))) {
        return join(directory, name);
      }
    }
    if (directory === dirname(directory)) {
      throw new SlipwayError(
        'PROJECT_NOT_FOUND',
        `Cannot find a project: no slipway.toml or azldev.toml in ${path} or above`,
        {
          hint: 'run the command inside a project, or name its directory',
          at: { file: path },
        },
      );
    }
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT', 'ENOTDIR')) {
      return false;
    }
    throw fileError('read', path, cause);
  }
}

function findSpecs(merged: MergedConfig, mistakes: Mistakes): Map<string, readonly string[]> {
  const specs = new Map<string, readonly string[]>();
  for (const [name, { config, origin }] of merged.componentGroups) {
    specs.set(name, specsOf(config, origin, mistakes));
  }
  return specs;
}

function specsOf(
  { specs = [], excludedPaths = [] }: ComponentGroupConfig,
  origin: Origin,
  mistakes: Mistakes,
): string[] {
  const at = (key: string, index: number) => ({ file: origin.file, path: [...origin.path, key, index] });
  const excluded = excludedPaths.flatMap(
    (pattern, index) => mistakes.attempt(at('excluded-paths', index), () => compileGlob(pattern)) ?? [],
  );
  const found = specs.flatMap((pattern, index) => mistakes.attempt(at('specs', index), () => globFiles(pattern)) ?? []);
  return [...new Set(found)].filter((file) => !excluded.some((matches) => matches(file))).sort();
}
