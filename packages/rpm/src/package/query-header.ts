import { Header } from '../header/header.ts';
import { type HeaderEntry, int32Entry, rawStringsEntry, stringEntry } from '../header/header-entry.ts';
import { splitStrings } from '../header/header-strings.ts';
import { headerType } from '../header/header-type.ts';
import { tag } from '../header/tags.ts';
import type { RpmPackage } from './open-package.ts';
import { mergedTags } from './signature-tags.ts';

/** What rpm puts into binary packages that do not name their source. */
const noSource = '(none)';
const slash = 0x2f;

/**
 * The header as rpm queries and installs it: with the values of the signature header under their merged tags, paths of
 * old packages split into directories and base names, and a mark of what is a source package (applyRetrofits).
 */
export function queryHeader({ header, signature }: Pick<RpmPackage, 'header' | 'signature'>): Header {
  const entries = new Map(header.entries.map((entry) => [entry.tag, entry]));
  for (const [signatureTag, mergedTag] of mergedTags(header)) {
    const entry = signature.entry(signatureTag);
    if (entry !== undefined) {
      entries.set(mergedTag, { ...entry, tag: mergedTag });
    }
  }
  splitOldNames(entries);
  markSource(entries);
  const sorted = [...entries.values()].sort((a, b) => a.tag - b.tag);
  return new Header(sorted, header);
}

/** Only packages of the last century have neither tag; all files of a source package are in one directory without name. */
function markSource(entries: Map<number, HeaderEntry>): void {
  if (entries.has(tag.sourceRpm) || entries.has(tag.sourcePackage)) {
    return;
  }
  const directories = entries.get(tag.dirNames);
  const isSource = directories?.type === headerType.stringArray && directories.data.equals(oneEmptyName);
  const mark = isSource ? int32Entry(tag.sourcePackage, [1]) : stringEntry(tag.sourceRpm, noSource);
  entries.set(mark.tag, mark);
}

const oneEmptyName = Buffer.alloc(1);

/** Replaces whole paths by directories and base names; of both, the whole paths go. */
function splitOldNames(entries: Map<number, HeaderEntry>): void {
  const names = entries.get(tag.oldFileNames);
  entries.delete(tag.oldFileNames);
  if (names === undefined || entries.has(tag.dirNames)) {
    return;
  }
  const paths = splitStrings(names.data);
  const directories = new DirectoryNames();
  const isSource = paths[0]?.[0] !== slash;
  const splits = paths.map((path) => (isSource ? 0 : path.lastIndexOf(slash) + 1));
  const indexes = paths.map((path, i) => directories.indexOf(path.subarray(0, splits[i])));
  const baseNames = paths.map((path, i) => path.subarray(splits[i]));
  for (const entry of [
    int32Entry(tag.dirIndexes, indexes),
    rawStringsEntry(tag.baseNames, baseNames),
    rawStringsEntry(tag.dirNames, directories.names),
  ]) {
    entries.set(entry.tag, entry);
  }
}

/** Directories in the order of their first use. They are searched as if sorted, so that rpm's own splits come out. */
class DirectoryNames {
  readonly names: Buffer[] = [];

  indexOf(name: Buffer): number {
    let [from, to] = [0, this.names.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const order = Buffer.compare(name, this.names[middle] as Buffer);
      if (order === 0) {
        return middle;
      }
      [from, to] = order < 0 ? [from, middle] : [middle + 1, to];
    }
    return this.names.push(name) - 1;
  }
}
