import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { SlipwayError } from '@slipway/core';
import {
  compress,
  gatherBytes,
  readTar,
  type TarWriteEntry,
  type WritableCompression,
  writeTar,
} from '@slipway/formats';
import type { ArchiveOverlay } from '../overlay.ts';
import type { ArchiveSourceFile } from './check-archive-overlays.ts';
import { DirectoryArchives } from './source-archives.ts';

const attributes = { uid: 1000, gid: 100, user: 'me', group: 'us', mtime: 1_700_000_000, xattrs: new Map() };

export function file(path: string, content: string | Buffer = '', mode = 0o644): TarWriteEntry {
  const bytes = Buffer.from(content);
  return { ...attributes, path, mode, type: 'file', sizeBytes: bytes.length, content: [bytes] };
}

export function directory(path: string, mode = 0o755): TarWriteEntry {
  return { ...attributes, path, mode, type: 'directory' };
}

export function link(path: string, linkTarget: string, type: 'symlink' | 'hardlink' = 'symlink'): TarWriteEntry {
  return { ...attributes, path, mode: 0o777, type, linkTarget };
}

export function pack(entries: readonly TarWriteEntry[], compression: WritableCompression = 'none'): Promise<Buffer> {
  return gatherBytes(compress(writeTar(entries), compression));
}

/** A directory of sources that is gone after the test. */
export class TestSources {
  readonly directory = mkdtempSync(join(tmpdir(), 'slipway-archives-'));
  readonly archives = new DirectoryArchives(this.directory);

  constructor(context: Pick<TestContext, 'after'>) {
    context.after(() => rmSync(this.directory, { recursive: true }));
  }

  put(name: string, bytes: Uint8Array): void {
    writeFileSync(join(this.directory, name), bytes);
  }

  read(name: string): Buffer {
    return readFileSync(join(this.directory, name));
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Everything that is there, temporary files included. */
  names(): string[] {
    return readdirSync(this.directory).sort();
  }
}

export function removal(archive: string, pattern: string): ArchiveOverlay {
  return { type: 'file-remove', archive, file: pattern };
}

export function replacement(archive: string, pattern: string, regex: string, text = ''): ArchiveOverlay {
  return { type: 'file-search-replace', archive, file: pattern, regex, replacement: text };
}

export function entryFor(filename: string, more: Partial<ArchiveSourceFile> = {}): ArchiveSourceFile {
  return { filename, origin: { type: 'overlay' }, replaceUpstream: true, ...more };
}

export function digest(hashType: 'SHA256' | 'SHA512', bytes: Uint8Array): string {
  return createHash(hashType).update(bytes).digest('hex');
}

/** `type mode path content` of the members of a plain tar. */
export async function listing(tar: Uint8Array): Promise<string[]> {
  const lines: string[] = [];
  for await (const entry of readTar([tar], { names: 'bytes' })) {
    const rest =
      entry.type === 'file'
        ? (await gatherBytes(entry.content)).toString('latin1')
        : entry.type === 'symlink'
          ? entry.linkTarget
          : '';
    lines.push(`${entry.type} ${entry.mode.toString(8)} ${entry.path} ${rest}`.trimEnd());
  }
  return lines;
}

export function fails(code: string, message = /^/) {
  return (error: unknown) => {
    assert.ok(error instanceof SlipwayError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  };
}

export function missing(program: string): string | false {
  return spawnSync(program, ['--version']).status === 0 ? false : `${program} is not installed`;
}
