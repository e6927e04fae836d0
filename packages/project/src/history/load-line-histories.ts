import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { type Digest, mapConcurrently, SlipwayError, sourceDigest, type TaskCache } from '@slipway/core';
import { blameArguments, type ProjectCommit, parseBlame } from './blame.ts';
import { type GitOptions, type GitRepository, openGitRepository } from './git-repository.ts';
import { type CommittedLines, historyOfLines, type LineHistory, type LineRange, matchLines } from './line-history.ts';

export interface LineHistoryOptions extends Omit<GitOptions, 'signal'> {
  /** Files that are not finished by then are left out. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Remembers what git said. */
  readonly tasks?: TaskCache | undefined;
  /** Told after each file. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Lines of a file of the project. */
export interface FileRange extends LineRange {
  /** Absolute. */
  readonly file: string;
}

export interface LineHistories {
  /** In the order of the ranges; undefined where nothing is known. */
  readonly histories: readonly (LineHistory | undefined)[];
  /** Files that time did not suffice for. */
  readonly unread: number;
}

/** Processes of git at once. */
const gitProcesses = 2;

/** Ranges of one file: beyond, the command line of git could become too long. */
const rangesOfOneFile = 5000;

/**
 * Where lines of a project come from, by its own git repository: one `git blame` for each file, of the commit that is
 * checked out, so that no filter or hook of the work tree runs. Without a repository nothing is known; never an error.
 */
export async function loadLineHistories(
  directory: string,
  ranges: readonly FileRange[],
  options: LineHistoryOptions,
): Promise<LineHistories> {
  const timeout = AbortSignal.timeout(options.timeoutSeconds * 1000);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const repository = await openGitRepository(directory, { searchPath: options.searchPath, signal });
  const files = Map.groupBy(ranges, ({ file }) => file);
  if (repository === undefined) {
    return { histories: ranges.map(() => undefined), unread: timeout.aborted ? files.size : 0 };
  }
  const tracked = await trackedFiles(repository, [...files.keys()]);
  const memory = options.tasks && { tasks: options.tasks, code: await sourceDigest(import.meta.dirname) };
  let done = 0;
  const found = await mapConcurrently(tracked, gitProcesses, async (file) => {
    const histories = await fileHistories(repository, file, { memory, ranges: files.get(file.file) ?? [] });
    options.onProgress?.(++done, tracked.length);
    return histories;
  });
  options.signal?.throwIfAborted();
  const known = new Map(found.flatMap((each) => [...(each ?? [])]));
  return {
    histories: ranges.map((range) => known.get(range)),
    unread: timeout.aborted ? found.filter((each) => each === undefined).length : 0,
  };
}

interface TrackedFile {
  readonly file: string;
  /** Relative to the repository. */
  readonly path: string;
  /** Object id of the committed content. */
  readonly blob: string;
}

async function trackedFiles(repository: GitRepository, files: readonly string[]): Promise<TrackedFile[]> {
  const paths = new Map<string, string>();
  for (const file of files) {
    const path = relative(repository.root, await realpath(file).catch(() => file));
    if (path !== '' && !path.startsWith('../') && !isAbsolute(path)) {
      paths.set(path, file);
    }
  }
  const listing = (await repository.run(['ls-tree', '-r', '-z', '--full-tree', repository.head]))?.toString() ?? '';
  return listing.split('\0').flatMap((entry) => {
    const [, blob, path = ''] = /^100\d{3} blob ([0-9a-f]{40,64})\t([^]*)$/.exec(entry) ?? [];
    const file = paths.get(path);
    return blob === undefined || file === undefined ? [] : [{ file, path, blob }];
  });
}

async function fileHistories(
  repository: GitRepository,
  file: TrackedFile,
  { memory, ranges }: { readonly memory: Memory | undefined; readonly ranges: readonly FileRange[] },
): Promise<Map<FileRange, LineHistory> | undefined> {
  const lines = await committedLines(repository, file);
  const wanted = lines === undefined ? [] : blamedRanges(ranges, lines);
  const blame = lines === undefined ? undefined : await blameFile(repository, { file, wanted }, memory);
  if (lines === undefined || blame === undefined) {
    return undefined;
  }
  return new Map(
    ranges.flatMap((range) => {
      const history = historyOfLines(range, lines, blame, repository.shallow);
      return history === undefined ? [] : [[range, history] as const];
    }),
  );
}

async function committedLines(
  repository: GitRepository,
  { file, blob }: TrackedFile,
): Promise<CommittedLines | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) {
    return undefined;
  }
  const text = bytes.toString().split('\n');
  if (blobId(bytes, blob.length) === blob) {
    return { text, committed: text.map((_, index) => index + 1) };
  }
  const committed = (await repository.run(['cat-file', 'blob', blob]))?.toString().replaceAll('\r\n', '\n').split('\n');
  const plain = text.map((line) => line.replace(/\r$/, ''));
  return committed && { text, committed: matchLines(committed, plain) };
}

/** The object id that git gives to a file; its length tells the algorithm. */
function blobId(bytes: Uint8Array, length: number): string {
  const hash = createHash(length === 40 ? 'sha1' : 'sha256');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Ranges of the committed file that cover the wanted lines, joined where they touch. */
function blamedRanges(ranges: readonly LineRange[], { committed }: CommittedLines): LineRange[] {
  const numbers = new Set<number>();
  for (const { firstLine, lastLine } of ranges) {
    for (const number of committed.slice(firstLine - 1, lastLine)) {
      if (number !== undefined) {
        numbers.add(number);
      }
    }
  }
  const joined: LineRange[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = joined.at(-1);
    if (last !== undefined && last.lastLine + 1 === number) {
      joined[joined.length - 1] = { firstLine: last.firstLine, lastLine: number };
    } else {
      joined.push({ firstLine: number, lastLine: number });
    }
  }
  return joined.slice(0, rangesOfOneFile);
}

async function blameFile(
  repository: GitRepository,
  { file, wanted }: { readonly file: TrackedFile; readonly wanted: readonly LineRange[] },
  memory: Memory | undefined,
): Promise<ReadonlyMap<number, ProjectCommit> | undefined> {
  const ask = async () => {
    const output = await repository.run(blameArguments(repository.head, file.path, wanted));
    return output === undefined ? undefined : [...parseBlame(output.toString())];
  };
  if (wanted.length === 0) {
    return new Map();
  }
  const lines = memory === undefined ? await ask() : await remembered(memory, { repository, file, wanted }, ask);
  return lines && new Map(lines);
}

class NoAnswer extends Error {}

type BlamedLines = [number, ProjectCommit][];

interface Memory {
  readonly tasks: TaskCache;
  readonly code: Digest;
}

interface Question {
  readonly repository: GitRepository;
  readonly file: TrackedFile;
  readonly wanted: readonly LineRange[];
}

/** An answer that did not come in time is not remembered; one that cannot be remembered is still an answer. */
async function remembered(
  { tasks, code }: Memory,
  { repository, file, wanted }: Question,
  ask: () => Promise<BlamedLines | undefined>,
): Promise<BlamedLines | undefined> {
  const { path, blob } = file;
  const inputs = { head: repository.head, shallow: [...repository.shallow].sort(), path, blob, wanted };
  let answer: BlamedLines | undefined;
  try {
    const { value } = await tasks.run(
      { kind: 'line-history', name: path, inputs, code, objects: () => [] },
      async () => {
        answer = await ask();
        if (answer === undefined) {
          throw new NoAnswer();
        }
        return answer;
      },
    );
    return value;
  } catch (cause) {
    if (cause instanceof NoAnswer || answer !== undefined) {
      return answer;
    }
    if (cause instanceof SlipwayError) {
      return ask();
    }
    throw cause;
  }
}
