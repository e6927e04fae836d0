import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An unpacked image, its file system and a copy of either. */
const neededBytes = 6e9;

let root: string | undefined;

/** A fresh directory in memory where there is enough of it, so that the speed of a disk is not measured; removed at exit. */
export function makeScratch(name: string): string {
  root ??= openRoot();
  return mkdtempSync(join(root, `${name}-`));
}

/** Empties a directory, or makes it. */
export function emptyDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
}

function openRoot(): string {
  const inMemory = '/dev/shm';
  const { bavail, bsize } = existsSync(inMemory) ? statfsSync(inMemory) : { bavail: 0, bsize: 0 };
  const path = mkdtempSync(join(bavail * bsize >= neededBytes ? inMemory : tmpdir(), 'slipway-bench-'));
  atExit(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Also when the user ends the program. */
export function atExit(clean: () => void): void {
  process.once('exit', clean);
}
