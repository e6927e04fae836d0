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
import type { PackageForm, PayloadDigests } from './package-form.ts';
import type { PackageInput, Translation } from './package-input.ts';
import { relationEntries } from './relation-entries.ts';
import { scriptletEntries } from './scriptlet-entries.ts';

/** What is known only once the payload was written. */
export interface PayloadFacts {
  /** SHA-256 in header order; empty for what has no content of its own. */
  readonly fileDigests: readonly string[];
  readonly compressed: PayloadDigests;
  readonly archive: PayloadDigests;
  readonly compressedBytes: number;
  readonly archiveBytes: number;
}

export interface MainHeaderOptions {
  readonly facts: PayloadFacts;
  readonly form: PackageForm;
}

/** The bytes of the main header. Their number does not depend on the facts, only on which file digests are empty. */
export function writeMainHeader(input: PackageInput, layout: FileLayout, options: MainHeaderOptions): Buffer {
  const { facts, form } = options;
  const entries = [
    ...descriptionEntries(input),
    ...sizeEntry(installedSize(layout), form),
    ...fileEntries(layout, facts.fileDigests, form.format),
    ...relationEntries(input, layout, form),
    ...scriptletEntries(input),
    ...changelogEntries(input),
    ...payloadEntries(options),
    ...(form.format === 6 ? format6Entries(input, facts) : [int32Entry(tag.payloadSha256Algo, [sha256Algorithm])]),
    stringEntry(tag.encoding, 'utf-8'),
  ];
  return writeHeader(entries, 'immutable');
}

function descriptionEntries(input: PackageInput): HeaderEntry[] {
  const optional: readonly (readonly [tag: number, text: string | undefined])[] = [
    [tag.distribution, input.distribution],
    [tag.vendor, input.vendor],
    [tag.packager, input.packager],
    [tag.url, input.url],
    [tag.vcs, input.vcs],
    [tag.bugUrl, input.bugUrl],
    [tag.distTag, input.distTag],
    [tag.modularityLabel, input.modularityLabel],
    [tag.platform, input.platform],
  ];
  return [
    ...translatedEntries(input),
    stringEntry(tag.name, input.name),
    stringEntry(tag.version, input.evr.version),
    stringEntry(tag.release, input.evr.release),
    ...(input.evr.epoch === 0 ? [] : [int32Entry(tag.epoch, [input.evr.epoch])]),
    int32Entry(tag.buildTime, [input.buildTime]),
    stringEntry(tag.buildHost, input.buildHost),
    stringEntry(tag.license, input.license),
    stringEntry(tag.os, 'linux'),
    stringEntry(tag.arch, input.arch),
    stringEntry(tag.sourceRpm, input.sourceRpm),
    ...optional.flatMap(([number, text]) => (text === undefined || text === '' ? [] : [stringEntry(number, text)])),
  ];
}

/** The texts in every locale; what a translation lacks stays untranslated, for rpm shows an empty text as such. */
function translatedEntries(input: PackageInput): HeaderEntry[] {
  const translations = input.translations ?? [];
  const texts = (of: (texts: PackageInput | Translation) => string | undefined) => {
    const untranslated = of(input) ?? '';
    return [untranslated, ...translations.map((translation) => of(translation) ?? untranslated)];
  };
  return [
    stringArrayEntry(tag.i18nTable, ['C', ...translations.map(({ locale }) => locale)]),
    i18nEntry(
      tag.summary,
      texts(({ summary }) => summary),
    ),
    i18nEntry(
      tag.description,
      texts(({ description }) => description),
    ),
    ...(input.group === ''
      ? []
      : [
          i18nEntry(
            tag.group,
            texts(({ group }) => group),
          ),
        ]),
  ];
}

function sizeEntry(sizeBytes: number, { format }: PackageForm): HeaderEntry[] {
  const isLong = format === 6 || sizeBytes > 0xffffffff;
  return [isLong ? int64Entry(tag.longSize, [sizeBytes]) : int32Entry(tag.size, [sizeBytes])];
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

function payloadEntries({ facts, form }: MainHeaderOptions): HeaderEntry[] {
  return [
    stringEntry(tag.payloadFormat, 'cpio'),
    ...(form.compression === 'none' ? [] : [stringEntry(tag.payloadCompressor, form.compression)]),
    stringEntry(tag.payloadFlags, String(form.compressionLevel ?? '')),
    stringArrayEntry(tag.payloadSha256, [facts.compressed.sha256]),
    stringArrayEntry(tag.payloadSha256Alt, [facts.archive.sha256]),
  ];
}

function format6Entries(input: PackageInput, facts: PayloadFacts): HeaderEntry[] {
  return [
    int32Entry(tag.rpmFormat, [6]),
    ...(input.sourceNevr === undefined ? [] : [stringEntry(tag.sourceNevr, input.sourceNevr)]),
    int64Entry(tag.payloadSize, [facts.compressedBytes]),
    int64Entry(tag.payloadSizeAlt, [facts.archiveBytes]),
    stringEntry(tag.payloadSha512, facts.compressed.sha512),
    stringEntry(tag.payloadSha512Alt, facts.archive.sha512),
    stringEntry(tag.payloadSha3, facts.compressed.sha3),
    stringEntry(tag.payloadSha3Alt, facts.archive.sha3),
  ];
}
