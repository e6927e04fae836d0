import type { Header } from '../header/header.ts';
import { signatureTag, tag } from '../header/tags.ts';
import type { ChangelogEntry, Evr, Nevra, PackageMetadata } from '../package-metadata.ts';
import { readFiles } from './files.ts';
import { readRelations } from './relations.ts';
import { readScriptlets } from './scriptlets.ts';

/**
 * What a package says of itself. The archive size of format 3 and 4 packages stands in the signature header: it is 0
 * without that, and always for format 6 (as in createrepo_c). Throws `RPM_BAD_HEADER` when arrays of the header
 * disagree or the name, version or release is missing.
 */
export function packageMetadata(header: Header, signature?: Header): PackageMetadata {
  const text = (tagNumber: number) => header.string(tagNumber) ?? '';
  return {
    ...packageNevra(header),
    summary: text(tag.summary),
    description: text(tag.description),
    license: text(tag.license),
    url: text(tag.url),
    vendor: text(tag.vendor),
    packager: text(tag.packager),
    group: text(tag.group),
    buildHost: text(tag.buildHost),
    buildTime: header.number(tag.buildTime) ?? 0,
    sourceRpm: isSourcePackage(header) ? '' : text(tag.sourceRpm),
    installedSizeBytes: header.number(tag.longSize) ?? header.number(tag.size) ?? 0,
    archiveSizeBytes: archiveSize(header, signature),
    files: readFiles(header),
    scriptlets: readScriptlets(header),
    changelog: readChangelog(header),
    ...readRelations(header),
  };
}

/** Name, version and architecture alone, without looking at anything else. Throws `RPM_BAD_HEADER`. */
export function packageNevra(header: Header): Nevra {
  const arch = isSourcePackage(header) ? 'src' : (header.string(tag.arch) ?? '');
  return { name: required(header, tag.name), evr: readEvr(header), arch };
}

export function readEvr(header: Header): Evr {
  return {
    epoch: header.number(tag.epoch) ?? 0,
    version: required(header, tag.version),
    release: required(header, tag.release),
  };
}

/** As rpm decides (headerIsSource): what names neither its source nor itself a source has files without directories. */
export function isSourcePackage(header: Header): boolean {
  if (header.has(tag.sourcePackage) || header.has(tag.sourceRpm)) {
    return header.has(tag.sourcePackage);
  }
  const directories = header.strings(tag.dirNames);
  const [oldName] = header.strings(tag.oldFileNames);
  return directories.length === 0 ? oldName !== undefined && !oldName.startsWith('/') : directories.join('\0') === '';
}

function archiveSize(header: Header, signature: Header | undefined): number {
  return (
    header.number(tag.archiveSize) ??
    signature?.number(signatureTag.longArchiveSize) ??
    signature?.number(signatureTag.payloadSize) ??
    0
  );
}

function readChangelog(header: Header): ChangelogEntry[] {
  const authors = header.strings(tag.changelogName);
  const texts = header.strings(tag.changelogText);
  return header.numbers(tag.changelogTime).map((time, i) => ({ time, author: authors[i] ?? '', text: texts[i] ?? '' }));
}

function required(header: Header, tagNumber: number): string {
  const value = header.string(tagNumber);
  if (value === undefined) {
    throw header.invalid(tagNumber, 'it is missing, and every package has a name, a version and a release');
  }
  return value;
}
