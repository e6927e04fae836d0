import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { SlipwayError, SlipwayErrors } from '@slipway/core';

/** A distribution that components can inherit from. */
export const distro = `
[distros.up]
default-version = "1"
[distros.up.versions.1]
release-ver = "1"
[distros.down]
default-version = "2"
[distros.down.versions.2]
release-ver = "2"
[distros.down.versions.2.default-component-config]
spec = { type = "upstream", upstream-distro = { name = "up", snapshot = "2026-01-01T00:00:00Z" } }
[project]
default-distro = { name = "down" }
`;

/** A fresh directory with the given files and, empty, those that they name; removed when the test ends. */
export async function projectDirectory(
  context: TestContext,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const directory = await bareDirectory(context, files);
  for (const [path, content] of Object.entries(files)) {
    const named = [...content.toString().matchAll(/\b(?:source|path) = "([\w.+-][\w.+/-]*)"/g)];
    for (const [, file = ''] of named) {
      const there = join(directory, dirname(path), file);
      if (!existsSync(there)) {
        await mkdir(dirname(there), { recursive: true });
        await writeFile(there, '');
      }
    }
  }
  return directory;
}

/** The given files only. */
export async function bareDirectory(
  context: TestContext,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-project-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
}

/** What a load throws, as `CODE file:line:column message (hint)` with paths below the directory. */
export async function failures(directory: string, load: () => Promise<unknown>): Promise<string[]> {
  try {
    await load();
    return [];
  } catch (failure) {
    const errors = failure instanceof SlipwayErrors ? failure.errors : [failure];
    return errors.map((error) => {
      if (!(error instanceof SlipwayError)) {
        throw error;
      }
      const { file = '', line, column } = error.at ?? {};
      const place = [file, line, column].filter((part) => part !== undefined).join(':');
      const hint = error.hint === undefined ? '' : ` (${error.hint})`;
      return `${error.code} ${place} ${error.message}${hint}`.replaceAll(`${directory}/`, '');
    });
  }
}
