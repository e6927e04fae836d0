import { basename } from 'node:path';
import { nearestNames, SlipwayError, type SourcePosition } from '@slipway/core';
import { compileFileGlob } from '../glob.ts';
import { type ArchiveOverlay, isArchiveOverlay, type Overlay } from '../overlay.ts';
import { archiveEndingList, isArchiveName } from './archive-name.ts';

/** A `source-files` entry of a component, as the project has it. */
export interface ArchiveSourceFile {
  readonly filename: string;
  /** Expected digest of the file after the overlays, hexadecimal. */
  readonly hash?: string;
  readonly hashType?: 'SHA256' | 'SHA512';
  readonly origin?: { readonly type: string };
  readonly replaceUpstream?: boolean;
  /** Where the project wrote it. */
  readonly at?: SourcePosition;
}

export interface ArchiveCheckOptions {
  /** Lets entries be absent or lack their digest: for the first run of new overlays, which finds the digest out. */
  readonly allowMissingHashes?: boolean;
}

/**
 * Whether the overlays inside archives and the `source-files` entries of a component go together: every such archive
 * has one entry with origin `overlay`, `replace-upstream` and the expected digest, no such entry is left over, and no
 * other overlay changes the archive as a whole. Gives all errors: `SPEC_ARCHIVE_ENTRY`, `SPEC_ARCHIVE_LOOSE`,
 * `SPEC_OVERLAY_INVALID`.
 */
export function checkArchiveOverlays(
  overlays: readonly Overlay[],
  sourceFiles: readonly ArchiveSourceFile[],
  { allowMissingHashes = false }: ArchiveCheckOptions = {},
): SlipwayError[] {
  const inner = overlays.filter(isArchiveOverlay);
  const firsts = new Map(inner.toReversed().map((overlay) => [overlay.archive, overlay]));
  const archives = [...firsts.values()].toReversed();
  return [
    ...inner.flatMap(checkOverlay),
    ...archives.flatMap((overlay) => checkEntry(overlay, sourceFiles, allowMissingHashes)),
    ...sourceFiles.filter((file) => file.origin?.type === 'overlay' && !firsts.has(file.filename)).map(leftOver),
    ...archives.flatMap(({ archive }) => checkLoose(archive, overlays)),
  ];
}

/** The entry that records what an archive becomes. */
export function overlayEntry(
  archive: string,
  sourceFiles: readonly ArchiveSourceFile[],
): ArchiveSourceFile | undefined {
  return sourceFiles.find(({ filename, origin }) => filename === archive && origin?.type === 'overlay');
}

function checkOverlay(overlay: ArchiveOverlay): SlipwayError[] {
  const { archive, type, at } = overlay;
  if (type !== 'file-remove' && type !== 'file-search-replace') {
    return [invalid(`an overlay of type ${type as string} does not work inside an archive`, at)];
  }
  if (archive.includes('/') || archive.includes('\0')) {
    return [invalid(`${JSON.stringify(archive)} is no bare file name`, at)];
  }
  if (!isArchiveName(archive)) {
    return [invalid(`overlays do not work inside ${archive}: they know ${archiveEndingList}`, at)];
  }
  return overlay.file === '' ? [invalid(`the overlay names no file in ${archive}`, at)] : [];
}

function checkEntry(
  { archive, at }: ArchiveOverlay,
  sourceFiles: readonly ArchiveSourceFile[],
  allowMissing: boolean,
): SlipwayError[] {
  const named = sourceFiles.filter(({ filename }) => filename === archive);
  const [entry, second] = named.filter(({ origin }) => origin?.type === 'overlay');
  if (entry === undefined) {
    return allowMissing && named.length === 0 ? [] : [missingEntry(archive, { at, named, sourceFiles })];
  }
  if (second !== undefined || named.length > 1) {
    return [unfit(`${archive} has ${named.length} source-files entries`, 'keep one', named[1]?.at ?? at)];
  }
  return checkRecord(entry, allowMissing);
}

function checkRecord({ filename, ...entry }: ArchiveSourceFile, allowMissing: boolean): SlipwayError[] {
  if (entry.replaceUpstream !== true) {
    const hint = 'add replace-upstream = true and a replace-reason: upstream has the archive already';
    return [unfit(`the source-files entry of ${filename} does not replace upstream's`, hint, entry.at)];
  }
  if (entry.hash === undefined || entry.hashType === undefined) {
    const lacks = entry.hash === undefined ? 'hash' : 'hash-type';
    const hint = 'write the digest that the archive has after the overlays; a first run without it finds it out';
    return allowMissing ? [] : [unfit(`the source-files entry of ${filename} has no ${lacks}`, hint, entry.at)];
  }
  const digits = entry.hashType === 'SHA256' ? 64 : 128;
  if (entry.hash.length !== digits || !/^[0-9a-fA-F]*$/.test(entry.hash)) {
    const hint = `a ${entry.hashType} digest has ${digits} hexadecimal digits`;
    return [unfit(`the hash of ${filename} is no ${entry.hashType} digest`, hint, entry.at)];
  }
  return [];
}

function missingEntry(
  archive: string,
  found: {
    readonly at: SourcePosition | undefined;
    readonly named: readonly ArchiveSourceFile[];
    readonly sourceFiles: readonly ArchiveSourceFile[];
  },
): SlipwayError {
  const [other] = found.named;
  const near = nearestNames(
    archive,
    found.sourceFiles.map(({ filename }) => filename),
  );
  const why =
    other === undefined ? 'no source-files entry' : `a source-files entry of origin ${other.origin?.type ?? 'none'}`;
  const meant = near.length === 0 ? '' : ` (there is one for ${near.join(', ')})`;
  return unfit(
    `overlays change ${archive}, which has ${why}${meant}`,
    'add an entry with origin = { type = "overlay" }, replace-upstream = true, replace-reason, hash-type and hash',
    found.at,
  );
}

function leftOver({ filename, at }: ArchiveSourceFile): SlipwayError {
  const hint = 'remove the entry, or add the overlay that it was written for';
  return unfit(`no overlay works inside ${filename}, but its source-files entry has origin overlay`, hint, at);
}

function checkLoose(archive: string, overlays: readonly Overlay[]): SlipwayError[] {
  return overlays
    .filter((overlay) => targetsFile(overlay, archive))
    .map(
      ({ type, at }) =>
        new SlipwayError('SPEC_ARCHIVE_LOOSE', `an overlay of type ${type} changes ${archive} itself`, {
          hint: 'other overlays work inside this archive: use a pattern that leaves it out, or change it in one way only',
          ...(at !== undefined && { at }),
        }),
    );
}

/** Whether an overlay outside of archives can change the file of this name. */
function targetsFile(overlay: Overlay, name: string): boolean {
  if (isArchiveOverlay(overlay)) {
    return false;
  }
  switch (overlay.type) {
    case 'file-add':
      return overlay.file === name;
    case 'patch-add':
      return (overlay.file ?? basename(overlay.source)) === name;
    case 'file-rename':
      return overlay.replacement === name || matches(overlay.file, name);
    case 'file-remove':
    case 'file-prepend-lines':
    case 'file-search-replace':
    case 'patch-remove':
      return matches(overlay.file, name);
    default:
      return false;
  }
}

/** A malformed pattern matches nothing: who applies the overlay says what is wrong with it. */
function matches(pattern: string, name: string): boolean {
  try {
    return compileFileGlob(pattern)(name);
  } catch (cause) {
    if (cause instanceof SlipwayError) {
      return false;
    }
    throw cause;
  }
}

function unfit(message: string, hint: string, at: SourcePosition | undefined): SlipwayError {
  return new SlipwayError('SPEC_ARCHIVE_ENTRY', message, { hint, ...(at !== undefined && { at }) });
}

function invalid(message: string, at: SourcePosition | undefined): SlipwayError {
  return new SlipwayError('SPEC_OVERLAY_INVALID', message, at === undefined ? {} : { at });
}
