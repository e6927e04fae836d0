import { SlipwayError } from '@slipway/core';

/** Symbolic links that a path may lead through (Linux: 40). */
const linkLimit = 40;
/** Elements of one target, or of a place on the way. */
const elementLimit = 100;
/** Links of one commit; packages have a few at most. */
const linksLimit = 1000;

/** What a commit has at a path: a file, or a link with its target. */
export interface TreePath {
  readonly path: string;
  readonly target?: string;
}

/** A name of a tree as text. Throws `UPSTREAM_BAD_TREE` for one that must not become the name of a file. */
export function checkName(name: Buffer, directory: string): string {
  const text = name.toString();
  const shown = JSON.stringify(`${directory}${text}`.slice(0, 200));
  if (text === '' || text === '.' || text === '..' || text.includes('/')) {
    throw badTree(`${shown} leads to another directory`);
  }
  if (text.toLowerCase() === '.git') {
    throw badTree(`${shown} would be taken for a git repository`);
  }
  if (/\p{Cc}/u.test(text) || name.length > 255 || !Buffer.from(text).equals(name)) {
    throw badTree(`${shown} is no usable name: it has control characters, is not UTF-8, or is too long`);
  }
  return text;
}

/**
 * Follows every link among the paths themselves, not on any disk: a link that leaves the tree is an error, wherever it
 * gets by way of other links. A link to nothing is allowed. Throws `UPSTREAM_BAD_TREE`.
 */
export function checkLinks(paths: readonly TreePath[]): void {
  const links = new Map(paths.flatMap(({ path, target }) => (target === undefined ? [] : [[path, target]])));
  if (links.size > linksLimit) {
    throw badTree(`it has more than ${linksLimit} links`);
  }
  for (const [path, target] of links) {
    follow(path, target, links);
  }
}

function follow(link: string, target: string, links: ReadonlyMap<string, string>): void {
  const shown = `the link ${JSON.stringify(link)} to ${JSON.stringify(target.slice(0, 200))}`;
  const place = link.split('/').slice(0, -1);
  const todo = elements(target, shown).reverse();
  let followed = 0;
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    if (part === '..') {
      if (place.pop() === undefined) {
        throw badTree(`${shown} leaves the tree`);
      }
      continue;
    }
    place.push(part);
    const next = links.get(place.join('/'));
    if (next !== undefined) {
      place.pop();
      todo.push(...elements(next, shown).reverse());
      followed++;
    }
    if (followed > linkLimit || place.length > elementLimit) {
      throw badTree(`${shown} leads in a circle, or too deep`);
    }
  }
}

function elements(target: string, shown: string): string[] {
  if (target === '' || target.startsWith('/') || target.includes('\0')) {
    throw badTree(`${shown} leaves the tree`);
  }
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length > elementLimit) {
    throw badTree(`${shown} has too many elements`);
  }
  return parts;
}

export function badTree(reason: string): SlipwayError {
  return new SlipwayError('UPSTREAM_BAD_TREE', `Cannot take the files of a dist-git commit: ${reason}`, {
    hint: 'look at the commit upstream; a pin (upstream-commit) can name one without it',
  });
}
