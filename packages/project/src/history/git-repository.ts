import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gitEnvironment, hasErrno, runProgram, SlipwayError } from '@slipway/core';

export interface GitOptions {
  /** Directories to find `git` in, separated as in PATH; without it the system's default. */
  readonly searchPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The repository that a directory is part of, read only, with nothing of the user's or the system's settings. */
export class GitRepository {
  /** Of the work tree, without symbolic links. */
  readonly root: string;
  /** The commit that is checked out. */
  readonly head: string;
  /** Commits whose parents are not at hand. */
  readonly shallow: ReadonlySet<string>;
  readonly #run: GitRun;

  constructor(facts: Pick<GitRepository, 'root' | 'head' | 'shallow'>, run: GitRun) {
    this.root = facts.root;
    this.head = facts.head;
    this.shallow = facts.shallow;
    this.#run = run;
  }

  /** What a git command prints; undefined when it fails or was interrupted. */
  run(args: readonly string[], given?: GitInput): Promise<Buffer | undefined> {
    return this.#run(args, given);
  }
}

export interface GitInput {
  readonly input?: string;
  /** Further variables, such as `GIT_INDEX_FILE`. */
  readonly env?: Readonly<Record<string, string>>;
}

type GitRun = (args: readonly string[], given?: GitInput) => Promise<Buffer | undefined>;

/** Undefined without a repository, without a commit, or without git: history is never needed. */
export async function openGitRepository(directory: string, options: GitOptions): Promise<GitRepository | undefined> {
  const place = await realpath(directory).catch(() => undefined);
  const root = place === undefined ? undefined : await findWorkTree(place);
  if (root === undefined || place === undefined) {
    return undefined;
  }
  const isTrusted = (await ownerOf(join(root, '.git'))) === (await ownerOf(place));
  const run = gitRun(root, isTrusted, options);
  const facts = (await run(['rev-parse', 'HEAD^{commit}', '--is-shallow-repository']))?.toString();
  const [head = '', isShallow] = facts?.trimEnd().split('\n') ?? [];
  if (!/^[0-9a-f]{40,64}$/.test(head)) {
    return undefined;
  }
  return new GitRepository(
    { root, head, shallow: isShallow === 'true' ? await shallowCommits(root, run) : new Set() },
    run,
  );
}

async function findWorkTree(start: string): Promise<string | undefined> {
  for (let directory = start; ; directory = dirname(directory)) {
    if ((await ownerOf(join(directory, '.git'))) !== undefined) {
      return directory;
    }
    if (directory === dirname(directory)) {
      return undefined;
    }
  }
}

async function ownerOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.uid;
}

async function shallowCommits(root: string, run: GitRun): Promise<ReadonlySet<string>> {
  const path = (await run(['rev-parse', '--path-format=absolute', '--git-path', 'shallow']))?.toString().trimEnd();
  try {
    return new Set((await readFile(path ?? join(root, '.git', 'shallow'), 'utf8')).split('\n').filter(Boolean));
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT', 'EACCES')) {
      return new Set();
    }
    throw cause;
  }
}

/** What the settings of a repository could make of the answers: a project may come from anybody. */
const harmless: Readonly<Record<string, string>> = {
  'core.attributesFile': '/dev/null',
  'blame.ignoreRevsFile': '',
  'core.quotePath': 'false',
};

/**
 * git refuses repositories of other users; a project that the user names is read nevertheless, but not a repository in a
 * directory above it that belongs to somebody else (CVE-2022-24765).
 */
function gitRun(root: string, isTrusted: boolean, { searchPath, signal }: GitOptions): GitRun {
  const fixed = [
    '--no-pager',
    '--literal-pathspecs',
    '-C',
    root,
    ...(isTrusted ? ['-c', `safe.directory=${root}`] : []),
  ];
  const settings = gitEnvironment({ inherited: { PATH: searchPath }, network: false, config: harmless });
  return async (args, { input, env } = {}) => {
    try {
      const { status, stdout } = await runProgram('git', [...fixed, ...args], {
        env: { ...settings, ...env },
        ...(input !== undefined && { input }),
        ...(signal !== undefined && { signal }),
      });
      return status === 0 ? stdout : undefined;
    } catch (cause) {
      if (cause instanceof SlipwayError && /^CORE_(?:CANCELLED|TOOL_)/.test(cause.code)) {
        return undefined;
      }
      throw cause;
    }
  };
}
