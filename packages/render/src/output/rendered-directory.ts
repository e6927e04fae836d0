import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError, hasErrno } from '@slipway/core';
import { fileNameOf } from '@slipway/project';
import { replaceDirectory } from './replace-directory.ts';

/** A file of a rendered component. */
export interface RenderedFile {
  /** Relative to the component's directory, `/` between its elements. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** 0644 or 0755. */
  readonly mode: number;
}

/** A component that could not be rendered has this file and no other. */
export const failureFile = 'RENDER_FAILED';

/** `<rendered-specs-dir>/<first character, lower case>/<name>` (overlays.md 3.3). Throws `PROJECT_BAD_VALUE`. */
export function renderedDirectory(root: string, component: string): string {
  const name = fileNameOf(component);
  return join(root, (name[0] as string).toLowerCase(), name);
}

/** The name by which a component with a `+` is found too, by tools that take addresses apart; else undefined. */
function encodedName(component: string): string | undefined {
  return component.includes('+') ? encodeURIComponent(component) : undefined;
}

/**
 * The files that a component has now, in order of their paths; none when it was not rendered yet. Reads synchronously:
 * for files of this size that takes a fifth of the time of asking the thread pool four times each.
 */
export function loadRendered(root: string, component: string): RenderedFile[] {
  const files: RenderedFile[] = [];
  walk(renderedDirectory(root, component), '', files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Symbolic links are neither followed nor kept: whoever writes the directory writes files. */
function walk(directory: string, prefix: string, files: RenderedFile[]): void {
  for (const entry of entriesOf(directory)) {
    const file = join(directory, entry.name);
    if (entry.isDirectory()) {
      walk(file, `${prefix}${entry.name}/`, files);
    } else {
      files.push({ path: `${prefix}${entry.name}`, ...contentOf(file, entry.isFile()) });
    }
  }
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT', 'ENOTDIR')) {
      return [];
    }
    throw fileError('read', directory, cause);
  }
}

function contentOf(file: string, isFile: boolean): Pick<RenderedFile, 'bytes' | 'mode'> {
  try {
    const { mode } = lstatSync(file);
    const bytes = isFile ? readFileSync(file) : Buffer.from(`link to ${readlinkSync(file)}\n`);
    return { bytes, mode: (mode & 0o111) === 0 ? 0o644 : 0o755 };
  } catch (cause) {
    throw fileError('read', file, cause);
  }
}

/** Replaces what a component has by `files`, whole or not at all. */
export async function saveRendered(root: string, component: string, files: readonly RenderedFile[]): Promise<void> {
  const target = renderedDirectory(root, component);
  await replaceDirectory(target, (directory) => writeFiles(directory, files));
  await linkEncoded(target, component).catch((cause) => Promise.reject(fileError('write', target, cause)));
}

async function writeFiles(directory: string, files: readonly RenderedFile[]): Promise<void> {
  for (const parent of new Set(files.map(({ path }) => dirname(join(directory, path))))) {
    await mkdir(parent, { recursive: true });
  }
  for (const { path, bytes, mode } of files) {
    await writeFile(join(directory, path), bytes, { mode, flag: 'wx' });
  }
}

async function linkEncoded(target: string, component: string): Promise<void> {
  const name = encodedName(component);
  if (name !== undefined) {
    const link = join(dirname(target), name);
    if ((await readlink(link).catch(() => '')) !== component) {
      await rm(link, { force: true });
      await symlink(component, link);
    }
  }
}

/** Removes what a component has, and its other name. */
export async function removeRendered(root: string, component: string): Promise<void> {
  const target = renderedDirectory(root, component);
  const name = encodedName(component);
  await rm(target, { recursive: true, force: true });
  if (name !== undefined) {
    await rm(join(dirname(target), name), { force: true });
  }
}

/** The components that have a directory below `root`, sorted. */
export async function listRendered(root: string): Promise<string[]> {
  const names: string[] = [];
  for (const first of await readdir(root, { withFileTypes: true }).catch(() => [])) {
    if (first.isDirectory() && first.name.length <= 2) {
      const entries = await readdir(join(root, first.name), { withFileTypes: true });
      const directories = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
      names.push(...directories.map(({ name }) => name).filter((name) => name[0]?.toLowerCase() === first.name));
    }
  }
  return names.sort();
}
