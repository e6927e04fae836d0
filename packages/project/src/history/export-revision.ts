import { mkdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { SlipwayError } from '@slipway/core';
import { type GitOptions, type GitRepository, openGitRepository } from './git-repository.ts';

/** Files of one revision that are looked at. */
const maxFiles = 500_000;

export interface ExportedRevision {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** The project's directory inside the exported tree. */
  readonly directory: string;
}

interface ExportOptions extends GitOptions {
  /** An empty directory. */
  readonly target: string;
  /** Absolute directories that are left out, such as that of the rendered specs. */
  readonly without: readonly string[];
}

/**
 * Writes the files that a project had at a revision of its own repository below `target`. Nothing of the repository
 * changes: not its index, not its work tree. Throws `PROJECT_REVISION`.
 */
export async function exportRevision(
  project: string,
  revision: string,
  { target, without, ...options }: ExportOptions,
): Promise<ExportedRevision> {
  const repository = await openGitRepository(project, options);
  if (repository === undefined) {
    throw revisionError(project, 'it is in no git repository with commits, or git is not installed');
  }
  const { root } = repository;
  const commit = await commitOf(repository, project, revision);
  const place = await realpath(project);
  const excluded = without.map((path) => relative(root, path.replace(project, place))).filter(isBelow);
  const files = await filesOf(repository, commit, excluded);
  const tree = join(target, 'tree');
  await mkdir(tree, { recursive: true });
  const env = { GIT_INDEX_FILE: join(target, 'index') };
  const input = files.map((file) => `${file}\0`).join('');
  const isRead = await repository.run(['read-tree', commit], { env });
  const isWritten =
    isRead &&
    (await repository.run(['checkout-index', '-q', '-z', '--stdin', `--prefix=${tree}${sep}`], { env, input }));
  if (isWritten === undefined) {
    throw revisionError(project, `the files of ${commit} cannot be written`);
  }
  return { commit, directory: join(tree, relative(root, place)) };
}

/** Throws `PROJECT_REVISION` for what is no commit of the repository. */
async function commitOf(repository: GitRepository, project: string, revision: string): Promise<string> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const answer = (await repository.run(args))?.toString().trim() ?? '';
  if (!/^[0-9a-f]{40,64}$/.test(answer)) {
    throw revisionError(project, `there is no revision ${JSON.stringify(revision)}`);
  }
  return answer;
}

function revisionError(project: string, reason: string): SlipwayError {
  return new SlipwayError('PROJECT_REVISION', `Cannot look at the history of ${project}: ${reason}`, {
    hint: 'name a commit, branch or tag of the repository that the project is in',
    at: { file: project },
  });
}

async function filesOf(repository: GitRepository, commit: string, excluded: readonly string[]): Promise<string[]> {
  const listed = await repository.run(['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit]);
  const files = (listed?.toString() ?? '').split('\0').filter((file) => file !== '');
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
