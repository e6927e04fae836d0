import { ByteWriter, SlipwayError } from '@slipway/core';
import type { Header } from '../header/header.ts';
import { type HeaderEntry, int32Entry, stringArrayEntry, stringEntry } from '../header/header-entry.ts';
import { indexEntryBytes } from '../header/header-intro.ts';
import { elementBytes, headerType } from '../header/header-type.ts';
import { signatureTag, tag } from '../header/tags.ts';
import type { InstalledPackage } from './installed-package.ts';
import { installedTag } from './installed-tags.ts';

/** Signature tags and the tags under which rpm keeps them in a header (package.cc, xlateTags). */
const mergedTags: readonly (readonly [signature: number, merged: number])[] = [
  [signatureTag.size, 257],
  [signatureTag.pgp, 259],
  [signatureTag.md5, installedTag.sigMd5],
  [signatureTag.gpg, 262],
  [signatureTag.payloadSize, tag.archiveSize],
  [signatureTag.fileSignatures, 5090],
  [signatureTag.fileSignatureLength, 5091],
  [signatureTag.veritySignatures, 276],
  [signatureTag.veritySignatureAlgo, 277],
  [signatureTag.sha1, installedTag.sha1Header],
  [signatureTag.sha256, 273],
  [signatureTag.sha3, 279],
  [signatureTag.dsaHeader, 267],
  [signatureTag.rsaHeader, 268],
  [signatureTag.longSize, 270],
  [signatureTag.longArchiveSize, 271],
  [signatureTag.openPgp, 278],
];

const firstLegacyTag = 1000;
const prefixesTag = 1098;

/**
 * The header as a database holds it: without magic, the package's own entries unchanged in their region, followed by
 * what installing adds ("dribbles", in order of their tags). Throws `RPM_UNWRITABLE` for packages of rpm 3, source
 * packages, and file states that do not fit the files.
 */
export function formatInstalledHeader(installed: InstalledPackage): Buffer {
  const { header } = installed;
  checkInstallable(header);
  const dribbles = [...signatureEntries(installed), ...stateEntries(installed), ...originEntries(header)];
  dribbles.sort((a, b) => a.tag - b.tag);
  return appendEntries(header.blob, dribbles);
}

function signatureEntries({ header, signature }: InstalledPackage): HeaderEntry[] {
  const format = header.number(tag.rpmFormat) ?? 4;
  return mergedTags.flatMap(([from, to]) => {
    const entry = format >= 6 && from >= firstLegacyTag ? undefined : signature.entry(from);
    return entry === undefined || header.has(to) ? [] : [{ ...entry, tag: to }];
  });
}

function stateEntries(installed: InstalledPackage): HeaderEntry[] {
  const fileCount = installed.header.entry(tag.baseNames)?.count ?? 0;
  const states = Buffer.from(installed.fileStates ?? Buffer.alloc(fileCount));
  if (states.length !== fileCount) {
    throw unwritable(installed.header, `it has ${fileCount} files, and ${states.length} file states are given`);
  }
  const digests = installed.packageDigests ?? [];
  return [
    int32Entry(installedTag.installTime, [installed.installTime]),
    int32Entry(installedTag.installTid, [installed.installTid]),
    int32Entry(installedTag.installColor, [installed.installColor ?? 3]),
    ...(fileCount === 0
      ? []
      : [{ tag: installedTag.fileStates, type: headerType.char, count: fileCount, data: states }]),
    ...(digests.length === 0
      ? []
      : [
          stringArrayEntry(
            installedTag.packageDigests,
            digests.map(({ hex }) => hex),
          ),
          int32Entry(
            installedTag.packageDigestAlgos,
            digests.map(({ algorithm }) => algorithm),
          ),
        ]),
  ];
}

/**
 * rpm tells binary from source packages by SOURCERPM and adds it where a package lacks it. For relocatable packages it
 * notes where they went, which is where they said.
 */
function originEntries(header: Header): HeaderEntry[] {
  const prefixes = header.entry(prefixesTag);
  return [
    ...(header.has(tag.sourceRpm) ? [] : [stringEntry(tag.sourceRpm, '(none)')]),
    ...(prefixes === undefined || header.has(installedTag.installPrefixes)
      ? []
      : [{ ...prefixes, tag: installedTag.installPrefixes }]),
  ];
}

function checkInstallable(header: Header): void {
  if (header.regionTag !== tag.headerImmutable || header.has(tag.oldFileNames)) {
    throw unwritable(header, 'it is a package of rpm 3');
  }
  if (header.has(tag.sourcePackage)) {
    throw unwritable(header, 'it is a source package');
  }
}

function appendEntries(blob: Buffer, entries: readonly HeaderEntry[]): Buffer {
  const entryCount = blob.readUInt32BE(0);
  const dataStart = 8 + entryCount * indexEntryBytes;
  const index = new ByteWriter(entries.length * indexEntryBytes);
  const data = new ByteWriter(blob.length + 4096).bytes(blob.subarray(dataStart));
  for (const entry of entries) {
    const offset = data.align(Math.max(1, elementBytes(entry.type))).length;
    index.u32be(entry.tag).u32be(entry.type).u32be(offset).u32be(entry.count);
    data.bytes(entry.data);
  }
  const intro = new ByteWriter(8).u32be(entryCount + entries.length).u32be(data.length);
  return Buffer.concat([intro.finish(), blob.subarray(8, dataStart), index.finish(), data.finish()]);
}

function unwritable(header: Header, why: string): SlipwayError {
  const name = header.string(tag.name) ?? 'a package';
  return new SlipwayError('RPM_UNWRITABLE', `Cannot write ${name} into an rpm database: ${why}`);
}
