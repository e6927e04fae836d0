import { SlipwayError } from '@slipway/core';
import { diffedBytesLimit } from './deviation.ts';
import { compileFileGlob } from './glob.ts';
import { nearestLines } from './nearest-lines.ts';
import type { FileOverlay, PatchOverlay } from './overlay.ts';
import { patchFileName } from './patch-overlays.ts';
import { Re2 } from './re2.ts';
import type { StagedSourceFiles } from './source-files.ts';

/** A file that an overlay brings along. */
export interface OverlaySource {
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

export type LoadSource = (path: string) => Promise<OverlaySource>;

/** Before and after of one file; `undefined` where there is none. */
export interface FileChange {
  readonly path: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
  /** The name it had, for a renamed file. */
  readonly renamedFrom?: string;
}

/** Expressions on whole files are for scripts and configuration, not for archives. */
export const searchedBytesLimit = 16 << 20;

/** Applies the file part of an overlay; a patch overlay adds or deletes its file. Gives every file that it touched. */
export async function applyFileOverlay(
  files: StagedSourceFiles,
  overlay: FileOverlay | PatchOverlay,
  loadSource: LoadSource,
): Promise<FileChange[]> {
  switch (overlay.type) {
    case 'file-add':
      return [await addFile(files, { path: overlay.file, source: overlay.source }, loadSource)];
    case 'patch-add':
      return [await addFile(files, { path: patchFileName(overlay), source: overlay.source }, loadSource)];
    case 'file-remove':
    case 'patch-remove':
      return removeFiles(files, await matchingFiles(files, overlay.file));
    case 'file-rename':
      return [await renameFile(files, overlay)];
    case 'file-prepend-lines': {
      const head = Buffer.from(`${overlay.lines.join('\n')}\n`);
      return rewriteFiles(files, await matchingFiles(files, overlay.file), (bytes) => Buffer.concat([head, bytes]));
    }
    case 'file-search-replace':
      return searchReplaceInFiles(files, overlay);
  }
}

async function addFile(
  files: StagedSourceFiles,
  { path, source }: { path: string; source: string },
  loadSource: LoadSource,
): Promise<FileChange> {
  checkPath(path);
  if (isSpec(path)) {
    throw new SlipwayError('SPEC_OVERLAY_INVALID', `${path} is a spec, and file overlays do not touch specs`);
  }
  if (files.has(path)) {
    throw new SlipwayError('SPEC_FILE_EXISTS', `${path} is there already`, {
      hint: 'upstream may have added the file itself: remove the overlay, or use another name',
    });
  }
  const { bytes, mode } = await loadSource(source);
  await files.write(path, bytes, mode & 0o7777);
  return { path, before: undefined, after: Buffer.from(bytes) };
}

async function removeFiles(files: StagedSourceFiles, paths: readonly string[]): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  for (const path of paths) {
    changes.push({ path, before: await readShown(files, path), after: undefined });
    await files.remove(path);
  }
  return changes;
}

async function renameFile(
  files: StagedSourceFiles,
  overlay: Extract<FileOverlay, { type: 'file-rename' }>,
): Promise<FileChange> {
  const [path, ...others] = await matchingFiles(files, overlay.file);
  const name = overlay.replacement;
  if (path === undefined || others.length > 0) {
    throw new SlipwayError('SPEC_NO_FILE', `${overlay.file} names ${others.length + 1} files, and one can be renamed`);
  }
  if (name === '' || name.includes('/')) {
    throw new SlipwayError('SPEC_OVERLAY_INVALID', `${JSON.stringify(name)} is not a bare file name`);
  }
  const target = path.slice(0, path.lastIndexOf('/') + 1) + name;
  checkPath(target);
  if (target !== path && files.has(target)) {
    throw new SlipwayError('SPEC_FILE_EXISTS', `${target} is there already`);
  }
  const bytes = await readShown(files, path);
  await files.rename(path, target);
  return { path: target, before: bytes, after: bytes, renamedFrom: path };
}

/** What a report can show of a file that is removed or renamed: an archive is not read for that. */
async function readShown(files: StagedSourceFiles, path: string): Promise<Buffer> {
  return (files.sizeBytes(path) ?? 0) > diffedBytesLimit ? Buffer.alloc(0) : files.read(path);
}

async function searchReplaceInFiles(
  files: StagedSourceFiles,
  overlay: Extract<FileOverlay, { type: 'file-search-replace' }>,
): Promise<FileChange[]> {
  const expression = new Re2(overlay.regex);
  const paths = await matchingFiles(files, overlay.file);
  const changes = await rewriteFiles(files, paths, (bytes, path) => {
    if (bytes.length > searchedBytesLimit) {
      throw new SlipwayError(
        'CORE_LIMIT',
        `${path} has ${bytes.length} bytes: expressions search up to ${searchedBytesLimit}`,
      );
    }
    return Buffer.from(expression.replaceAll(bytes.toString('latin1'), overlay.replacement ?? ''), 'latin1');
  });
  if (changes.length === 0) {
    throw new SlipwayError('SPEC_NO_MATCH', `${JSON.stringify(overlay.regex)} changes none of ${paths.join(', ')}`, {
      hint: 'the expression sees the whole file: ^ and $ mean its ends unless it begins with (?m)',
    });
  }
  return changes;
}

/** Writes the files that `rewrite` changes. */
async function rewriteFiles(
  files: StagedSourceFiles,
  paths: readonly string[],
  rewrite: (bytes: Buffer, path: string) => Buffer,
): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  for (const path of paths) {
    const before = await files.read(path);
    const after = rewrite(before, path);
    if (!after.equals(before)) {
      await files.write(path, after);
      changes.push({ path, before, after });
    }
  }
  return changes;
}

/** Files of the component that match: never specs, never what git keeps for itself. At least one. */
async function matchingFiles(files: StagedSourceFiles, pattern: string): Promise<string[]> {
  const matches = compileFileGlob(pattern);
  const paths = (await files.list()).map(({ path }) => path).filter((path) => !isSpec(path) && !isInGit(path));
  const found = paths.filter((path) => matches(path));
  if (found.length === 0) {
    const names = paths.map((text, index) => ({ line: index + 1, text }));
    throw new SlipwayError('SPEC_NO_FILE', `no source file matches ${JSON.stringify(pattern)}`, {
      hint: 'a pattern starts at the root of the sources and names files: directory/** is everything in a directory',
      data: { nearest: nearestLines(names, pattern).map(({ text }) => text) },
    });
  }
  return found;
}

export function isSpec(path: string): boolean {
  return path.endsWith('.spec');
}

export function isInGit(path: string): boolean {
  return path.startsWith('.git/') || path.includes('/.git/');
}

/** Overlays write below the root of the sources and nowhere else. */
function checkPath(path: string): void {
  if (path.includes('\0') || path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new SlipwayError('SPEC_OVERLAY_INVALID', `${JSON.stringify(path)} is not a relative, normalised path`);
  }
}
