import type { ListedChange } from './package-facts.ts';

/** Newest entries of the changelog that other.xml keeps (createrepo_c's default). */
const maxEntries = 10;

/**
 * The newest entries of a changelog (given newest first), oldest first, by createrepo_c's rules: entries of one moment get
 * increasing dates, because clients order by them; spaces after an author go, but not a first one.
 */
export function listChanges(entries: readonly ListedChange[]): ListedChange[] {
  const listed: { author: string; date: number; text: string }[] = [];
  let last = 0;
  for (const { author, date, text } of entries.slice(0, maxEntries)) {
    listed.unshift({ author: author.replace(/(?<=.) +$/s, ''), date, text });
    if (date === last) {
      // createrepo_c counts in 32 bits here: entries after January 2038 keep their dates
      for (let at = 1, taken = date | 0; listed[at]?.date === taken; at++, taken++) {
        (listed[at] as { date: number }).date++;
      }
    }
    last = date;
  }
  return listed;
}
