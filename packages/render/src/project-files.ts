import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { fileError, SlipwayError } from '@slipway/core';
import type { Project } from '@slipway/project';
import type { LoadSource, OverlaySource } from '@slipway/spec';

/** Bytes of one file that the project brings along; what is larger comes from the lookaside. */
const largestFile = 16 << 20;

/**
 * Loads files of a project: overlays bring them along, local components consist of them. What lies outside of the
 * directory of the project, be it behind a symbolic link, is refused: nobody who reviews the project sees it. Throws
 * `RENDER_OUTSIDE`, `CORE_FILE_ACCESS`, `CORE_LIMIT`.
 */
export function projectFileLoader({ directory }: Pick<Project, 'directory'>): LoadSource {
  let root: Promise<string> | undefined;
  return async (path) => {
    root ??= realpath(directory);
    try {
      const real = await realpath(path);
      refuseOutside(path, relative(await root, real));
      return await loadRegular(path, real);
    } catch (cause) {
      throw fileError('read', path, cause);
    }
  };
}

function refuseOutside(path: string, inside: string): void {
  if (inside.startsWith('..') || isAbsolute(inside)) {
    throw new SlipwayError('RENDER_OUTSIDE', `Cannot use ${path}: it is outside of the project`, {
      hint: 'put a copy of the file into the project',
      at: { file: path },
    });
  }
}

async function loadRegular(path: string, real: string): Promise<OverlaySource> {
  const { mode, size, isFile } = await stat(real).then((status) => ({
    mode: status.mode,
    size: status.size,
    isFile: status.isFile(),
  }));
  if (!isFile) {
    throw new SlipwayError('CORE_FILE_ACCESS', `Cannot read ${path}: it is not a regular file`, { at: { file: path } });
  }
  if (size > largestFile) {
    throw new SlipwayError('CORE_LIMIT', `Cannot use ${path} as a source: it has more than ${largestFile} bytes`, {
      hint: 'take large sources from the lookaside or the snapshot with a source-files entry',
      at: { file: path },
    });
  }
  return { bytes: await readFile(real), mode: mode & 0o777 };
}
