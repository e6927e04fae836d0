import { realpath } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { parseComponentLock } from '../component-lock.ts';
import type { Project } from '../project.ts';
import { type GitOptions, type GitRepository, openGitRepository } from './git-repository.ts';

/** A commit of the project that changed the identity of a component. */
export interface LockChange {
  readonly projectCommit: string;
  readonly author: { readonly name: string; readonly email: string };
  /** Seconds since 1970, when it was authored. */
  readonly time: number;
  /** The whole message. */
  readonly message: string;
  readonly upstreamCommit: string | undefined;
  readonly importCommit: string | undefined;
  readonly fingerprint: string | undefined;
}

export interface LockHistory {
  /** By component, oldest first. */
  readonly changes: ReadonlyMap<string, readonly LockChange[]>;
  /** The repository does not have all commits: there may be changes before the first. */
  readonly isShallow: boolean;
}

/** Bytes of one lock that is read from the history. */
const maxLockBytes = 1 << 20;
const fieldSeparator = '\x1f';
const recordSeparator = '\x1e';

/**
 * For every component, the commits of the project that changed the fingerprint in its lock, oldest first (overlays.md
 * 3.5). Two runs of git for the whole project. A project without a repository, or without commits, has no history; a
 * lock that cannot be read counts as one without fingerprint.
 */
export async function loadLockHistory(
  project: Pick<Project, 'directory' | 'directories'>,
  options: GitOptions = {},
): Promise<LockHistory> {
  const repository = await openGitRepository(project.directory, options);
  if (repository === undefined) {
    return { changes: new Map(), isShallow: false };
  }
  const versions = await lockVersions(repository, await lockDirectory(repository, project));
  const locks = await readLocks(repository, new Set(versions.map(({ blob }) => blob)));
  const changes = new Map<string, LockChange[]>();
  for (const { component, blob, commit } of versions) {
    const lock = locks.get(blob);
    const known = changes.get(component) ?? [];
    const fingerprint = lock?.inputFingerprint;
    const last = known.at(-1);
    if (last !== undefined && isMove(last.fingerprint, fingerprint)) {
      known[known.length - 1] = { ...last, fingerprint };
    } else if (fingerprint !== last?.fingerprint) {
      known.push({ ...commit, upstreamCommit: lock?.upstreamCommit, importCommit: lock?.importCommit, fingerprint });
    }
    changes.set(component, known);
  }
  return { changes, isShallow: repository.shallow.size > 0 };
}

/** azldev's hashes cannot be compared with ours: a project that moves to Slipway does not change its components thereby. */
function isMove(before: string | undefined, after: string | undefined): boolean {
  return before?.startsWith('sha256:') === true && after?.startsWith('jcs-sha256:') === true;
}

/** Below the root of the work tree, whose path has no symbolic links; the directory itself need not exist any more. */
async function lockDirectory(
  { root }: GitRepository,
  { directory, directories }: Pick<Project, 'directory' | 'directories'>,
): Promise<string> {
  return relative(root, join(await realpath(directory), relative(directory, directories.lock))) || '.';
}

type Commit = Pick<LockChange, 'projectCommit' | 'author' | 'time' | 'message'>;

interface LockVersion {
  readonly component: string;
  /** Object id; zeros where the lock was removed. */
  readonly blob: string;
  readonly commit: Commit;
}

/** Every version of every lock, oldest first. */
async function lockVersions(repository: GitRepository, directory: string): Promise<LockVersion[]> {
  const format = ['%H', '%an', '%ae', '%at', '%B'].join('%x1f');
  const args = ['log', '--topo-order', '--reverse', '--raw', '--no-renames', '--no-abbrev', '-z'];
  const answer = await repository.run([...args, `--format=%x1e${format}%x1f`, '--', directory]);
  const records = (answer?.toString() ?? '').split(recordSeparator).slice(1);
  return records.flatMap((record) => {
    const [projectCommit = '', name = '', email = '', time = '', message = '', raw = ''] = record.split(fieldSeparator);
    const commit = { projectCommit, author: { name, email }, time: Number(time), message: message.trimEnd() };
    return [...raw.matchAll(/:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*\0([^\0]*\.lock)(?=\0|$)/g)].map(
      ([, blob = '', path = '']) => ({ component: basename(path, '.lock'), blob, commit }),
    );
  });
}

type LockFacts = Pick<LockChange, 'upstreamCommit' | 'importCommit'> & { readonly inputFingerprint?: string };

async function readLocks(
  repository: GitRepository,
  blobs: ReadonlySet<string>,
): Promise<ReadonlyMap<string, LockFacts>> {
  const wanted = [...blobs].filter((blob) => /[1-9a-f]/.test(blob));
  const input = wanted.map((blob) => `${blob}\n`).join('');
  const answer = (await repository.run(['cat-file', '--batch', '--buffer'], { input })) ?? Buffer.alloc(0);
  const locks = new Map<string, LockFacts>();
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf(10, at);
    const [blob = '', kind = '', size = '0'] = answer.toString('latin1', at, end).split(' ');
    if (kind === 'blob') {
      const bytes = answer.subarray(end + 1, end + 1 + Number(size));
      locks.set(blob, lockFacts(blob, bytes));
    }
    at = end + 1 + (kind === 'missing' ? 0 : Number(size) + 1);
  }
  return locks;
}

function lockFacts(blob: string, bytes: Buffer): LockFacts {
  try {
    const lock = bytes.length > maxLockBytes ? undefined : parseComponentLock(blob, bytes);
    return {
      inputFingerprint: lock?.inputFingerprint,
      upstreamCommit: lock?.upstreamCommit,
      importCommit: lock?.importCommit,
    } as LockFacts;
  } catch {
    return { upstreamCommit: undefined, importCommit: undefined }; // an old mistake of the project is not today's
  }
}
