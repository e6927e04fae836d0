import type { LineRange } from './line-history.ts';

/** A commit of the project's own repository. */
export interface ProjectCommit {
  /** Hexadecimal. */
  readonly id: string;
  /** When it was written (author date), seconds since 1970. */
  readonly time: number;
  readonly author: string;
}

/** Arguments of `git blame` for some lines of a file of a commit; one process answers for all of them. */
export function blameArguments(commit: string, path: string, ranges: readonly LineRange[]): string[] {
  const lines = ranges.flatMap(({ firstLine, lastLine }) => ['-L', `${firstLine},${lastLine}`]);
  return ['blame', '--porcelain', '--root', '--no-textconv', ...lines, commit, '--', path];
}

/** The commit of each line from the output of `git blame --porcelain`; lines that are not understood are left out. */
export function parseBlame(text: string): Map<number, ProjectCommit> {
  const lines = new Map<number, string>();
  const commits = new Map<string, { time: number; author: string }>();
  let current: { time: number; author: string } | undefined;
  for (const line of text.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d{1,9} (\d{1,9})(?: \d{1,9})?$/.exec(line);
    const [, id = '', number] = header ?? [];
    if (header !== null) {
      current = commits.get(id) ?? { time: 0, author: '' };
      commits.set(id, current);
      lines.set(Number(number), id);
    } else if (current !== undefined && line.startsWith('author ')) {
      current.author = line.slice('author '.length);
    } else if (current !== undefined && /^author-time \d{1,11}$/.test(line)) {
      current.time = Number(line.slice('author-time '.length));
    }
  }
  return new Map(
    [...lines].map(([number, id]) => [number, { id, ...(commits.get(id) ?? { time: 0, author: '' }) }] as const),
  );
}
