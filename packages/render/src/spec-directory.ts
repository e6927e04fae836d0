import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileError, hasErrno, SlipwayError } from '@slipway/core';

/** Files of one component: sources that are larger or more come from upstream's lookaside. */
const maxFiles = 10_000;

interface SpecDirectoryFile {
  /** Relative to the directory, with `/`. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
}

/**
 * The regular files of the directory that a local spec is in, at any depth, in order of their paths. Files that define
 * the project and names that start with a dot are not sources. A symbolic link that is not to a plain file beside the
 * spec would bring in what nobody reviewed: it is refused. Throws `RENDER_NO_FILE`, `RENDER_SYMLINK`, `CORE_LIMIT`,
 * `CORE_FILE_ACCESS`.
 */
export async function listSpecDirectory(
  directory: string,
  projectFiles: readonly string[],
): Promise<SpecDirectoryFile[]> {
  const definitions = new Set(projectFiles);
  const found: SpecDirectoryFile[] = [];
  await walk(directory, directory, found);
  return found.filter(({ file }) => !definitions.has(file)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function walk(root: string, directory: string, found: SpecDirectoryFile[]): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause) => {
    throw hasErrno(cause, 'ENOENT', 'ENOTDIR') ? missing(directory, cause) : fileError('read', directory, cause);
  });
  for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
    const file = join(directory, entry.name);
    if (entry.isDirectory()) {
      await walk(root, file, found);
    } else if (entry.isFile()) {
      found.push({ path: relative(root, file), file });
    } else {
      throw new SlipwayError('RENDER_SYMLINK', `Cannot use ${file} as a source: it is a link or a special file`, {
        hint: 'put the file itself there, or bring it along with a file-add overlay',
        at: { file },
      });
    }
    if (found.length > maxFiles) {
      throw new SlipwayError('CORE_LIMIT', `Cannot use ${root} as sources: it has more than ${maxFiles} files`, {
        hint: 'give the component a directory of its own',
        at: { file: root },
      });
    }
  }
}

function missing(directory: string, cause: unknown): SlipwayError {
  return new SlipwayError('RENDER_NO_FILE', `Cannot use ${directory}: there is no such directory`, {
    hint: 'check spec.path of the component: it is relative to the file that defines the component',
    at: { file: directory },
    cause,
  });
}
