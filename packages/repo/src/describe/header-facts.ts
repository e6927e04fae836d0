import { isUtf8 } from 'node:buffer';
import { SlipwayError } from '@slipway/core';
import { type Header, signatureTag, tag } from '@slipway/rpm';
import { legacyText } from './legacy-text.ts';
import { listChanges } from './listed-changes.ts';
import { listRelations, type StatedRelations } from './listed-relations.ts';
import type { PackageFacts, StatedRelation } from './package-facts.ts';

/** By the number of the algorithm (RFC 9580 section 9.5), as createrepo_c names them. */
const hashNames: Readonly<Record<number, string>> = {
  1: 'md5',
  2: 'sha1',
  3: 'ripemd160',
  5: 'md2',
  6: 'tiger192',
  7: 'haval-5-160',
  8: 'sha256',
  9: 'sha384',
  10: 'sha512',
  11: 'sha224',
};
const fileTypeMask = 0o170000;
const directoryType = 0o040000;
const ghostFlag = 1 << 6;

/** The three parallel arrays of each kind of relation. */
const relationTags = {
  provides: [tag.provideName, tag.provideFlags, tag.provideVersion],
  requires: [tag.requireName, tag.requireFlags, tag.requireVersion],
  conflicts: [tag.conflictName, tag.conflictFlags, tag.conflictVersion],
  obsoletes: [tag.obsoleteName, tag.obsoleteFlags, tag.obsoleteVersion],
  recommends: [tag.recommendName, tag.recommendFlags, tag.recommendVersion],
  suggests: [tag.suggestName, tag.suggestFlags, tag.suggestVersion],
  supplements: [tag.supplementName, tag.supplementFlags, tag.supplementVersion],
  enhances: [tag.enhanceName, tag.enhanceFlags, tag.enhanceVersion],
  oldSuggests: [tag.oldSuggestsName, tag.oldSuggestsFlags, tag.oldSuggestsVersion],
  oldEnhances: [tag.oldEnhancesName, tag.oldEnhancesFlags, tag.oldEnhancesVersion],
} as const satisfies Record<keyof StatedRelations, readonly [number, number, number]>;

/**
 * What rpm-md says of a package, from its headers and by the rules of createrepo_c 1.2.1 on top of rpm 6.1: arrays count
 * up to the shortest, files need all their arrays, the signature header gives the archive size of packages of format 3
 * and 4. Throws `RPM_BAD_HEADER` for a package without name, version or release, and for values of the wrong type.
 */
export function headerFacts(header: Header, signature: Header): PackageFacts {
  const text = (tagNumber: number) => single(header, tagNumber);
  const number = (tagNumber: number) => header.number(tagNumber) ?? 0;
  const files = readFiles(header);
  const stated = Object.fromEntries(
    Object.entries(relationTags).map(([kind, tags]) => [kind, readRelations(header, tags)]),
  ) as unknown as StatedRelations;
  return {
    name: required(header, tag.name),
    arch: isSource(header) ? 'src' : text(tag.arch),
    epoch: number(tag.epoch),
    version: required(header, tag.version),
    release: required(header, tag.release),
    summary: text(tag.summary),
    description: text(tag.description),
    packager: text(tag.packager),
    url: text(tag.url),
    license: text(tag.license),
    vendor: text(tag.vendor),
    group: text(tag.group),
    buildHost: text(tag.buildHost),
    sourceRpm: sourceRpm(header),
    buildTime: number(tag.buildTime),
    installedSize: header.number(tag.longSize) ?? number(tag.size),
    archiveSize: archiveSize(header, signature),
    relations: listRelations(stated, files.paths),
    ...files,
    hashAlgorithm: hashNames[number(tag.fileDigestAlgo)] ?? 'unknown',
    changes: readChanges(header),
  };
}

/** A string; of translations the first; nothing of an array of several. */
function single(header: Header, tagNumber: number): string {
  const entry = header.entry(tagNumber);
  if (entry === undefined) {
    return '';
  }
  const end = entry.data.indexOf(0);
  return header.string(tagNumber) === undefined ? '' : legacyText(entry.data.subarray(0, end));
}

function required(header: Header, tagNumber: number): string {
  if (!header.has(tagNumber)) {
    const reason = `it lacks tag ${tagNumber} (name, version, release)`;
    throw new SlipwayError('RPM_BAD_HEADER', `Cannot use the header: ${reason}`);
  }
  return single(header, tagNumber);
}

/** Source packages have no SOURCERPM; very old binary packages have neither, but files in real directories. */
function isSource(header: Header): boolean {
  if (header.has(tag.sourcePackage)) {
    return (header.number(tag.sourcePackage) ?? 0) !== 0;
  }
  return !header.has(tag.sourceRpm) && hasSourceFiles(header);
}

/** Of ancient binary packages rpm says so. */
function sourceRpm(header: Header): string {
  const isUnknown = !header.has(tag.sourceRpm) && !header.has(tag.sourcePackage) && !hasSourceFiles(header);
  return isUnknown ? '(none)' : single(header, tag.sourceRpm);
}

/** rpm's guess (its headerIsSourceHeuristic): the only directory is none, or the old file names are relative. */
function hasSourceFiles(header: Header): boolean {
  if (header.has(tag.dirNames)) {
    const names = header.strings(tag.dirNames);
    return names.length === 1 && names[0] === '';
  }
  return header.strings(tag.oldFileNames)[0]?.startsWith('/') === false;
}

function archiveSize(header: Header, signature: Header): number {
  const isFormat6 = (header.number(tag.rpmFormat) ?? 0) >= 6;
  const legacy = isFormat6 ? undefined : signature.number(signatureTag.payloadSize);
  return signature.number(signatureTag.longArchiveSize) ?? header.number(tag.archiveSize) ?? legacy ?? 0;
}

function readRelations(header: Header, [names, flags, versions]: readonly [number, number, number]): StatedRelation[] {
  if (!header.has(names) || !header.has(flags) || !header.has(versions)) {
    return [];
  }
  const [bits, texts] = [header.numbers(flags), strings(header, versions)];
  const count = Math.min(bits.length, texts.length);
  return strings(header, names)
    .slice(0, count)
    .map((name, at) => ({ name, bits: bits[at] as number, version: texts[at] as string }));
}

type Files = Pick<PackageFacts, 'paths' | 'types' | 'hashes'>;
const noFiles: Files = { paths: [], types: [], hashes: [] };

function readFiles(header: Header): Files {
  if (![tag.fileFlags, tag.fileModes, tag.fileDigests].every((each) => header.has(each))) {
    return noFiles;
  }
  const all = readPaths(header);
  const [flags, modes] = [header.numbers(tag.fileFlags), header.numbers(tag.fileModes)];
  const digests = header.strings(tag.fileDigests);
  const count = Math.min(all.length, flags.length, modes.length, digests.length);
  const types: Files['types'][number][] = [];
  for (let at = 0; at < count; at++) {
    const isDirectory = ((modes[at] as number) & fileTypeMask) === directoryType;
    types.push(isDirectory ? 'dir' : ((flags[at] as number) & ghostFlag) !== 0 ? 'ghost' : '');
  }
  return { paths: count === all.length ? all : all.slice(0, count), types, hashes: digests };
}

function readPaths(header: Header): string[] {
  const [names, directories] = [header.entry(tag.baseNames), header.entry(tag.dirNames)];
  if (names === undefined) {
    return strings(header, tag.oldFileNames);
  }
  if (!header.has(tag.dirIndexes)) {
    return [];
  }
  const indexes = header.numbers(tag.dirIndexes);
  if (isUtf8(names.data) && (directories === undefined || isUtf8(directories.data))) {
    const prefixes = header.strings(tag.dirNames);
    return joined(header.strings(tag.baseNames), indexes, (index) => prefixes[index] ?? '');
  }
  const prefixes = directories === undefined ? [] : bytesOfStrings(directories.data);
  const empty = Buffer.alloc(0);
  return bytesOfStrings(names.data)
    .slice(0, indexes.length)
    .map((name, at) => legacyText(Buffer.concat([prefixes[indexes[at] as number] ?? empty, name])));
}

function joined(names: readonly string[], indexes: readonly number[], prefix: (index: number) => string): string[] {
  const paths: string[] = [];
  for (let at = 0; at < Math.min(names.length, indexes.length); at++) {
    paths.push(prefix(indexes[at] as number) + (names[at] as string));
  }
  return paths;
}

function readChanges(header: Header) {
  if (![tag.changelogTime, tag.changelogName, tag.changelogText].every((each) => header.has(each))) {
    return [];
  }
  const [authors, texts] = [strings(header, tag.changelogName), strings(header, tag.changelogText)];
  const entries = header
    .numbers(tag.changelogTime)
    .slice(0, Math.min(authors.length, texts.length))
    .map((date, at) => ({ date, author: authors[at] as string, text: texts[at] as string }));
  return listChanges(entries);
}

function strings(header: Header, tagNumber: number): string[] {
  const entry = header.entry(tagNumber);
  return entry === undefined || isUtf8(entry.data)
    ? header.strings(tagNumber)
    : bytesOfStrings(entry.data).map(legacyText);
}

function bytesOfStrings(data: Buffer): Buffer[] {
  const values: Buffer[] = [];
  for (let start = 0; start < data.length; ) {
    const end = data.indexOf(0, start);
    values.push(data.subarray(start, end));
    start = end + 1;
  }
  return values;
}
