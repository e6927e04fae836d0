import { SlipwayError, type Store } from '@slipway/core';
import { type Component, placedSourceFiles } from '@slipway/project';
import {
  type AppliedDeviation,
  type ArchiveDeviation,
  type ArchiveProgress,
  DirectoryArchives,
  type RepackedArchive,
  type SourceFile,
} from '@slipway/spec';
import { formatSources, type Lookaside, parseSources, sourcesLine } from '@slipway/upstream';
import { checkArchives } from '../check-archives.ts';
import type { ComponentSources, UpstreamOrigin } from '../component-sources.ts';
import { macrosFileName } from '../macros-file.ts';
import { readIfPresent } from '../render-component.ts';
import type { RenderContext } from '../render-context.ts';
import { type RenderedSpec, renderSpec } from '../render-spec.ts';
import { sourcesName } from '../sources-file.ts';
import { DirectorySourceFiles } from './directory-source-files.ts';
import { fetchSources } from './fetch-sources.ts';
import { type PlannedSource, planSources } from './plan-sources.ts';

export interface PrepareOptions {
  readonly context: RenderContext;
  /** Empty; what is in it after a failure is worth nothing. */
  readonly directory: string;
  readonly lookaside: Lookaside;
  /** The one that `lookaside` fills. */
  readonly store: Store;
  /** Upstream's spec and files as they are, with the source files of the project. */
  readonly skipOverlays?: boolean;
  /** Nothing is downloaded; overlays inside archives are left out. */
  readonly skipSources?: boolean;
  /** Lets archives that overlays change be without the digest that they have afterwards. */
  readonly allowMissingHashes?: boolean;
  readonly onArchive?: (progress: ArchiveProgress) => void;
  readonly signal?: AbortSignal;
}

/** What a directory of prepared sources has. */
export interface PreparedSources {
  readonly component: string;
  /** In order of their paths. */
  readonly files: readonly Required<SourceFile>[];
  /** Names of those that came from lookaside or their own address. */
  readonly fetched: readonly string[];
  /** Those that overlays changed, as `sources` records them. */
  readonly archives: readonly RepackedArchive[];
  readonly notes: readonly string[];
  readonly upstream?: UpstreamOrigin;
}

/**
 * Fills a directory with everything that rpmbuild needs of a component (overlays.md 3.2, 3.7, 2.7): the rendered spec,
 * the files beside it, `sources`, and the archives that it lists, with overlays applied to all of them. Archives are
 * streamed, whatever their size. Throws what `planSources`, `fetchSources` and `renderSpec` throw.
 */
export async function prepareSources(
  component: Component,
  sources: ComponentSources,
  options: PrepareOptions,
): Promise<PreparedSources> {
  if (options.skipOverlays !== true) {
    checkArchives(component, options.context.project, options);
  }
  const files = await copyBeside(sources, options.directory);
  const wanted = await writeSourcesFile(files, component, { sources, options });
  const fetched = await placeFetched(files, component, { wanted, options });
  const { spec, deviations, notes } = await specOf(component, sources, { files, options });
  await files.write(sources.specName, spec);
  const archives = archivesOf(deviations);
  await recordArchives(files, archives);
  return {
    ...{ component: component.name, files: await files.list(), fetched, archives, notes },
    ...(sources.upstream === undefined ? {} : { upstream: sources.upstream }),
  };
}

async function copyBeside({ files: beside }: ComponentSources, directory: string): Promise<DirectorySourceFiles> {
  const files = new DirectorySourceFiles(directory);
  for (const { path, mode } of await beside.list()) {
    await files.write(path, await beside.read(path), (mode & 0o111) === 0 ? 0o644 : 0o755);
  }
  return files;
}

interface Work {
  readonly options: PrepareOptions;
}

/** Gives what it lists and what has to be fetched. */
async function writeSourcesFile(
  files: DirectorySourceFiles,
  component: Component,
  { sources, options }: Work & { readonly sources: ComponentSources },
): Promise<readonly PlannedSource[]> {
  const before = await readIfPresent(files, sourcesName);
  const upstream = before === undefined ? [] : parseSources(before.toString('utf8'));
  const reserved = new Set([sources.specName, sourcesName, macrosFileName(component.name)]);
  const { project } = options.context;
  const { lines, wanted } = planSources(upstream, { component, project }, { ...options, reserved });
  if (before !== undefined || lines.length > 0) {
    await files.write(sourcesName, Buffer.from(formatSources(lines)));
  }
  return wanted;
}

async function placeFetched(
  files: DirectorySourceFiles,
  { name }: Component,
  { wanted, options }: Work & { readonly wanted: readonly PlannedSource[] },
): Promise<string[]> {
  const { lookaside, store, signal } = options;
  const fetched = await fetchSources(wanted, { component: name, beside: files, lookaside });
  for (const { filename, object } of fetched) {
    throwIfStopped(signal);
    await store.ensureIntact(object.digest);
    await files.copyStored(filename, object, store);
  }
  return fetched.map(({ filename }) => filename);
}

async function specOf(
  component: Component,
  sources: ComponentSources,
  { files, options }: Work & { readonly files: DirectorySourceFiles },
): Promise<RenderedSpec> {
  if (options.skipOverlays === true) {
    return { spec: sources.spec, deviations: [], notes: [] };
  }
  const { context, directory, skipSources, allowMissingHashes = false, onArchive, signal } = options;
  const archives = {
    files: new DirectoryArchives(directory),
    sourceFiles: placedSourceFiles(context.project, component),
    allowMissingHashes,
    ...(onArchive === undefined ? {} : { onProgress: onArchive }),
    ...(signal === undefined ? {} : { signal }),
  };
  return renderSpec(component, sources, { context, files, archives: skipSources === true ? 'left-out' : archives });
}

function archivesOf(deviations: readonly AppliedDeviation[]): RepackedArchive[] {
  const inside = deviations.filter((deviation): deviation is ArchiveDeviation => 'archive' in deviation);
  return [...new Map(inside.map(({ archive }) => [archive.name, archive])).values()];
}

/** Archives whose digest the project does not know yet have upstream's in `sources`. */
async function recordArchives(files: DirectorySourceFiles, archives: readonly RepackedArchive[]): Promise<void> {
  for (const { name, sizeBytes } of archives) {
    files.resized(name, sizeBytes);
  }
  const text = await readIfPresent(files, sourcesName);
  if (text === undefined || archives.length === 0) {
    return;
  }
  const changed = new Map(archives.map(({ name, hashType, hash }) => [name, { filename: name, hashType, hash }]));
  const lines = parseSources(text.toString('utf8')).map((line) => {
    const entry = changed.get(line.entry?.filename ?? '');
    return entry === undefined || entry.hash === line.entry?.hash
      ? line
      : sourcesLine(entry, line.text.endsWith('\r\n') ? '\r\n' : '\n');
  });
  await files.write(sourcesName, Buffer.from(formatSources(lines)));
}

function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new SlipwayError('CORE_CANCELLED', 'Cannot finish: the run was interrupted');
  }
}
