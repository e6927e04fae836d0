import { join } from 'node:path';
import { type CodeDigests, loadCodeDigests, type ProgressListener, Store, TaskCache } from '@slipway/core';
import { type LoadOptions, loadProject, type Project } from '@slipway/project';
import { projectFileLoader } from '@slipway/render';
import type { LoadSource } from '@slipway/spec';
import type { Lookaside } from '@slipway/upstream';

/** What the main job needs of the machine; everything that only an app may read comes in here. */
export interface WorkspaceOptions {
  /** The project's root file or a directory in the project. */
  readonly project: string;
  readonly load?: LoadOptions;
  /** Content store, remembered results, build roots: safe to delete. */
  readonly cacheDirectory: string;
  /** Keys: not safe to delete. */
  readonly stateDirectory: string;
  /** The machine's own apt sources (files). */
  readonly aptSources: readonly string[];
  readonly isRoot: boolean;
  /** Milliseconds, for durations and for the date of a new key. */
  readonly now: () => number;
  readonly progress: ProgressListener;
  /** Fetches source files into the store of the cache directory; without it, a component that names some is an error. */
  readonly openLookaside?: () => Promise<Lookaside>;
  readonly signal?: AbortSignal;
}

/** A loaded project with the places and services that stages use. */
export interface Workspace extends WorkspaceOptions {
  readonly loaded: Project;
  /** Loads what overlays bring along; refuses files outside of the project. */
  readonly loadSource: LoadSource;
  readonly store: Store;
  readonly tasks: TaskCache;
  readonly code: CodeDigests;
  /** SOURCE_DATE_EPOCH of the project. */
  readonly time: number;
  readonly output: string;
}

/** 2026-01-01: for projects that do not say which moment their files are from. */
const defaultTime = 1767225600;

export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const loaded = await loadProject(options.project, options.load);
  const store = new Store(join(options.cacheDirectory, 'store'));
  return {
    ...options,
    loaded,
    loadSource: projectFileLoader(loaded),
    store,
    tasks: new TaskCache(join(options.cacheDirectory, 'tasks'), store),
    code: await loadCodeDigests(),
    time: loaded.sourceDateEpoch ?? defaultTime,
    output: loaded.directories.output,
  };
}

/** The RPM architecture that the project is for; one at a time. */
export const architecture = 'x86_64';
