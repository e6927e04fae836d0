import { mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { runGit, SlipwayError } from '@slipway/core';

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
  const root = (await git(project, ['rev-parse', '--show-toplevel'], 'it is not in a git repository')).trim();
  const commit = await commitOf(project, revision);
  const excluded = without.map((path) => relative(root, path)).filter(isBelow);
  const files = await filesOf(root, commit, excluded);
  const tree = join(target, 'tree');
  await mkdir(tree, { recursive: true });
  const env = { GIT_INDEX_FILE: join(target, 'index') };
  await git(root, ['read-tree', '--end-of-options', commit], 'its tree cannot be read', { env });
  const checkout = ['checkout-index', '-q', '-z', '--stdin', `--prefix=${tree}${sep}`];
  await git(root, checkout, 'its files cannot be written', { env, input: files.map((file) => `${file}\0`).join('') });
  return { commit, directory: join(tree, relative(root, project)) };
}

/** Throws `PROJECT_REVISION` for what is no commit of the repository. */
async function commitOf(project: string, revision: string): Promise<string> {
  const reason = `there is no revision ${JSON.stringify(revision)}`;
  return (
    await git(project, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], reason)
  ).trim();
}

async function filesOf(root: string, commit: string, excluded: readonly string[]): Promise<string[]> {
  const listed = await git(root, ['ls-tree', '-r', '-z', '--name-only', commit], 'its files cannot be listed');
  const files = listed.split('\0').filter((file) => file !== '');
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

async function git(
  directory: string,
  args: readonly string[],
  reason: string,
  options: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<string> {
  const { status, stdout, stderr } = await runGit(args, { cwd: directory, timeoutSeconds: 300, ...options });
  if (status !== 0) {
    const said = stderr.trim() === '' ? '' : ` (git: ${stderr.trim().split('\n').at(-1)})`;
    throw new SlipwayError('PROJECT_REVISION', `Cannot look at the history of ${directory}: ${reason}${said}`, {
      hint: 'name a commit, branch or tag of the repository that the project is in',
      at: { file: directory },
    });
  }
  return stdout.toString();
}
