import { SlipwayError } from '@slipway/core';

export interface CommitPerson {
  readonly name: string;
  readonly email: string;
}

export interface CommitObject {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: CommitPerson;
  /** Seconds since 1970. */
  readonly authored: number;
  /** Seconds since 1970, by the committer. */
  readonly committed: number;
  /** As it was written, without changes of white space. */
  readonly message: string;
}

/** Octopus merges have a few. */
const parentLimit = 256;

/**
 * Reads a commit object (git-commit-tree(1)); texts are decoded as its `encoding` says, else as UTF-8. Names and times
 * that are not in their form are empty and 0, as git shows them. Throws `UPSTREAM_BAD_OBJECT`.
 */
export function parseCommit(id: string, bytes: Buffer): CommitObject {
  const end = bytes.indexOf('\n\n');
  const head = end < 0 ? bytes : bytes.subarray(0, end);
  const lines = head.toString('latin1').split('\n');
  const encoding = valueOf(lines, 'encoding');
  const decode = decoder(encoding);
  const tree = valueOf(lines, 'tree');
  const parents = lines.filter((line) => line.startsWith('parent ')).map((line) => line.slice('parent '.length));
  if (tree === undefined || ![tree, ...parents].every((name) => /^[0-9a-f]{40}$/.test(name))) {
    throw badCommit(id, 'it is not in its format');
  }
  if (parents.length > parentLimit) {
    throw badCommit(id, `it has ${parents.length} parents`);
  }
  const author = parseSignature(valueOf(lines, 'author'), decode);
  const { time: committed } = parseSignature(valueOf(lines, 'committer'), decode);
  const message = end < 0 ? '' : decode(bytes.subarray(end + 2));
  return { tree, parents, author: author.person, authored: author.time, committed, message };
}

function valueOf(lines: readonly string[], key: string): string | undefined {
  return lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1);
}

/** `Name <email> seconds zone` */
function parseSignature(
  text: string | undefined,
  decode: (bytes: Buffer) => string,
): { readonly person: CommitPerson; readonly time: number } {
  const bytes = Buffer.from(text ?? '', 'latin1');
  const [open, close] = [bytes.indexOf('<'), bytes.lastIndexOf('>')];
  if (open < 0 || close < open) {
    return { person: { name: '', email: '' }, time: 0 };
  }
  const seconds = /^ (\d{1,12})(?: |$)/.exec(bytes.toString('latin1', close + 1))?.[1];
  const person = {
    name: decode(bytes.subarray(0, open)).trim(),
    email: decode(bytes.subarray(open + 1, close)).trim(),
  };
  return { person, time: Number(seconds ?? 0) };
}

function decoder(encoding = 'utf-8'): (bytes: Buffer) => string {
  try {
    const text = new TextDecoder(encoding, { ignoreBOM: true });
    return (bytes) => text.decode(bytes);
  } catch {
    return (bytes) => bytes.toString(); // a name that nobody knows
  }
}

function badCommit(id: string, reason: string): SlipwayError {
  return new SlipwayError('UPSTREAM_BAD_OBJECT', `Cannot read the git commit ${id}: ${reason}`, {
    hint: 'look at the repository with git fsck',
  });
}
