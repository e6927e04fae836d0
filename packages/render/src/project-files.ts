import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative } from 'node:path';
import { fileError, hasErrno, nearestNames, SlipwayError } from '@slipway/core';
import type { Project } from '@slipway/project';
import type { LoadSource, OverlaySource } from '@slipway/spec';

/** Bytes of one file that the project brings along; what is larger comes from the lookaside. */
const largestFile = 16 << 20;

/**
 * Loads files of a project: overlays bring them along, local components consist of them. What lies outside of the
 * directory of the project, be it behind a symbolic link, is refused: nobody who reviews the project sees it. Throws
 * `RENDER_OUTSIDE`, `RENDER_NO_FILE`, `CORE_FILE_ACCESS`, `CORE_LIMIT`. Messages name files relative to the project.
 */
export function projectFileLoader({ directory }: Pick<Project, 'directory'>): LoadSource {
  let root: Promise<string> | undefined;
  return async (path) => {
    const file = { path, shown: relative(directory, path) };
    refuseOutside(file, file.shown);
    root ??= realpath(directory);
    try {
      const real = await realpath(path);
      refuseOutside(file, relative(await root, real));
      return await loadRegular(file, real);
    } catch (cause) {
      throw hasErrno(cause, 'ENOENT', 'ENOTDIR', 'ELOOP') ? await missing(file, cause) : fileError('read', path, cause);
    }
  };
}

interface ProjectFile {
  /** Absolute. */
  readonly path: string;
  readonly shown: string;
}

function refuseOutside({ path, shown }: ProjectFile, inside: string): void {
  if (/^\.\.(?:\/|$)/.test(inside) || isAbsolute(inside)) {
    throw new SlipwayError('RENDER_OUTSIDE', `Cannot use ${shown}: it is outside of the project`, {
      hint: 'put a copy of the file into the project',
      at: { file: path },
    });
  }
}

async function loadRegular({ path, shown }: ProjectFile, real: string): Promise<OverlaySource> {
  const status = await stat(real);
  if (!status.isFile()) {
    throw new SlipwayError('RENDER_NO_FILE', `Cannot use ${shown}: it is not a regular file`, {
      hint: 'name the file itself',
      at: { file: path },
    });
  }
  if (status.size > largestFile) {
    throw new SlipwayError('CORE_LIMIT', `Cannot use ${shown} as a source: it has more than ${largestFile} bytes`, {
      hint: 'take large sources from the lookaside or the snapshot with a source-files entry',
      at: { file: path },
    });
  }
  return { bytes: await readFile(real), mode: status.mode & 0o777 };
}

async function missing({ path, shown }: ProjectFile, cause: unknown): Promise<SlipwayError> {
  const nearest = nearestNames(basename(path), await readdir(dirname(path)).catch(() => []));
  return new SlipwayError('RENDER_NO_FILE', `Cannot use ${shown}: there is no such file`, {
    hint:
      nearest.length > 0
        ? `did you mean ${nearest.join(' or ')}?`
        : 'paths are relative to the file of the project that names them',
    at: { file: path },
    cause,
  });
}
