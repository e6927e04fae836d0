import { mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { SlipwayError } from '@slipway/core';
import { gitAnswer } from './git-answer.ts';

/** Files of one revision that are looked at. */
const maxFiles = 500_000;

export interface ExportedRevision {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** The project's directory inside the exported tree. */
  readonly directory: string;
}

/**
 * Writes the files that a project had at a revision of its own repository below `target`, which is empty. Directories
 * named in `without` (absolute, such as that of the rendered specs) are left out. Nothing of the repository changes: not
 * its index, not its work tree. Throws `PROJECT_REVISION`.
 */
export async function exportRevision(
  project: string,
  revision: string,
  { target, without }: { readonly target: string; readonly without: readonly string[] },
): Promise<ExportedRevision> {
  const root = await topLevel(project);
  const commit = await commitOf(project, revision);
  const excluded = without.map((path) => relative(root, path)).filter(isBelow);
  const files = await filesOf(root, commit, excluded);
  const tree = join(target, 'tree');
  await mkdir(tree, { recursive: true });
  const env = { GIT_INDEX_FILE: join(target, 'index') };
  await gitAnswer(root, ['read-tree', '--end-of-options', commit], { reason: 'its tree cannot be read', env });
  await gitAnswer(root, ['checkout-index', '-q', '-z', '--stdin', `--prefix=${tree}${sep}`], {
    reason: 'its files cannot be written',
    env,
    input: files.map((file) => `${file}\0`).join(''),
  });
  return { commit, directory: join(tree, relative(root, project)) };
}

/** The directory of the repository that a project is in. Throws `PROJECT_REVISION`. */
export async function topLevel(project: string): Promise<string> {
  const args = ['rev-parse', '--show-toplevel'];
  return (await gitAnswer(project, args, { reason: 'it is not in a git repository' })).toString().trim();
}

/** Throws `PROJECT_REVISION` for what is no commit of the repository. */
async function commitOf(project: string, revision: string): Promise<string> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const answer = await gitAnswer(project, args, { reason: `there is no revision ${JSON.stringify(revision)}` });
  return answer.toString().trim();
}

async function filesOf(root: string, commit: string, excluded: readonly string[]): Promise<string[]> {
  const args = ['ls-tree', '-r', '-z', '--name-only', commit];
  const listed = await gitAnswer(root, args, { reason: 'its files cannot be listed' });
  const files = listed
    .toString()
    .split('\0')
    .filter((file) => file !== '');
  if (files.length > maxFiles) {
    throw new SlipwayError(
      'CORE_LIMIT',
      `Cannot look at a revision of ${files.length} files: the limit is ${maxFiles}`,
    );
  }
  return files.filter((file) => !excluded.some((directory) => file.startsWith(`${directory}/`)));
}

function isBelow(path: string): boolean {
  return path !== '' && !path.startsWith('..');
}
