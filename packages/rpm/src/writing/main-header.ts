import {
  type HeaderEntry,
  i18nEntry,
  int32Entry,
  int64Entry,
  stringArrayEntry,
  stringEntry,
} from '../header/header-entry.ts';
import { tag } from '../header/tags.ts';
import { writeHeader } from '../header/write-header.ts';
import { type FileLayout, fileEntries, installedSize, sha256Algorithm } from './file-entries.ts';
import type { PackageInput } from './package-input.ts';
import { relationEntries } from './relation-entries.ts';
import { scriptletEntries } from './scriptlet-entries.ts';

/** What is known only once the payload was written: hexadecimal SHA-256 throughout. */
export interface PayloadFacts {
  /** In header order; empty for what has no content of its own. */
  readonly fileDigests: readonly string[];
  readonly compressedDigest: string;
  readonly archiveDigest: string;
}

export interface MainHeaderOptions {
  readonly compressionLevel: number;
}

/** The bytes of the main header. Their number does not depend on the digests, only on which of them are empty. */
export function writeMainHeader(
  input: PackageInput,
  layout: FileLayout,
  { facts, compressionLevel }: MainHeaderOptions & { readonly facts: PayloadFacts },
): Buffer {
  const entries = [
    ...descriptionEntries(input),
    ...sizeEntry(installedSize(layout)),
    ...fileEntries(layout, facts.fileDigests),
    ...relationEntries(input, layout),
    ...scriptletEntries(input),
    ...changelogEntries(input),
    stringEntry(tag.payloadFormat, 'cpio'),
    stringEntry(tag.payloadCompressor, 'zstd'),
    stringEntry(tag.payloadFlags, String(compressionLevel)),
    stringEntry(tag.encoding, 'utf-8'),
    int32Entry(tag.payloadSha256Algo, [sha256Algorithm]),
    stringArrayEntry(tag.payloadSha256, [facts.compressedDigest]),
    stringArrayEntry(tag.payloadSha256Alt, [facts.archiveDigest]),
  ];
  return writeHeader(entries, 'immutable');
}

function descriptionEntries(input: PackageInput): HeaderEntry[] {
  const optional: readonly (readonly [tag: number, text: string | undefined])[] = [
    [tag.distribution, input.distribution],
    [tag.vendor, input.vendor],
    [tag.packager, input.packager],
    [tag.url, input.url],
  ];
  return [
    stringArrayEntry(tag.i18nTable, ['C']),
    stringEntry(tag.name, input.name),
    stringEntry(tag.version, input.evr.version),
    stringEntry(tag.release, input.evr.release),
    ...(input.evr.epoch === 0 ? [] : [int32Entry(tag.epoch, [input.evr.epoch])]),
    i18nEntry(tag.summary, input.summary),
    i18nEntry(tag.description, input.description),
    int32Entry(tag.buildTime, [input.buildTime]),
    stringEntry(tag.buildHost, input.buildHost),
    stringEntry(tag.license, input.license),
    ...(input.group === '' ? [] : [i18nEntry(tag.group, input.group)]),
    stringEntry(tag.os, 'linux'),
    stringEntry(tag.arch, input.arch),
    stringEntry(tag.sourceRpm, input.sourceRpm),
    ...optional.flatMap(([number, text]) => (text === undefined || text === '' ? [] : [stringEntry(number, text)])),
  ];
}

function sizeEntry(sizeBytes: number): HeaderEntry[] {
  return [sizeBytes > 0xffffffff ? int64Entry(tag.longSize, [sizeBytes]) : int32Entry(tag.size, [sizeBytes])];
}

function changelogEntries({ changelog }: PackageInput): HeaderEntry[] {
  if (changelog.length === 0) {
    return [];
  }
  return [
    int32Entry(
      tag.changelogTime,
      changelog.map(({ time }) => time),
    ),
    stringArrayEntry(
      tag.changelogName,
      changelog.map(({ author }) => author),
    ),
    stringArrayEntry(
      tag.changelogText,
      changelog.map(({ text }) => text),
    ),
  ];
}
