import { createHash } from 'node:crypto';
import { nearestNames, SlipwayError } from '@slipway/core';
import type { DeviationChange } from '../deviation.ts';
import type { ArchiveOverlay } from '../overlay.ts';
import { overlayError } from '../overlay-error.ts';
import { type ArchiveLimits, archiveLimits } from './archive-limits.ts';
import { type WatchedWork, watched } from './archive-progress.ts';
import { type ArchiveCheckOptions, type ArchiveSourceFile, overlayEntry } from './check-archive-overlays.ts';
import { ArchiveEditor } from './edit-archive.ts';
import { packArchive } from './pack-archive.ts';
import { ScratchFile } from './scratch-file.ts';
import type { SourceArchives, StagedArchive } from './source-archives.ts';
import { type UnpackedArchive, unpackArchive } from './unpack-archive.ts';

export interface ArchiveOverlayOptions extends ArchiveCheckOptions, WatchedWork {
  /** The component's `source-files`: what each archive must become. */
  readonly sourceFiles: readonly ArchiveSourceFile[];
  readonly limits?: Partial<ArchiveLimits>;
}

/** An overlay with its position in the list that it comes from. */
export interface PlacedArchiveOverlay {
  readonly index: number;
  readonly overlay: ArchiveOverlay;
}

/** What an archive has become; `hash` (lower-case hexadecimal) is of the type that its entry asks for, else SHA-512. */
export interface RepackedArchive {
  readonly name: string;
  readonly sizeBytes: number;
  readonly hashType: 'SHA256' | 'SHA512';
  readonly hash: string;
}

interface ArchiveEdit extends PlacedArchiveOverlay {
  readonly changes: readonly DeviationChange[];
}

interface Repacking {
  readonly stage: StagedArchive;
  readonly archive: RepackedArchive;
  readonly edits: readonly ArchiveEdit[];
}

/** Unpacks one archive, applies its overlays (at least one), packs it and compares the result with its entry. */
export async function repackArchive(
  archives: SourceArchives,
  group: readonly PlacedArchiveOverlay[],
  options: ArchiveOverlayOptions,
): Promise<Repacking> {
  const [first] = group as readonly [PlacedArchiveOverlay];
  const name = first.overlay.archive;
  const scratch = new ScratchFile(await archives.openScratch(), `what ${name} unpacks to`);
  try {
    const unpacked = await unpackNamed(archives, { name, scratch, options }).catch((cause: unknown) =>
      Promise.reject(overlayError(first.index, first.overlay, cause)),
    );
    const edits = await editArchive(unpacked, { group, scratch, signal: options.signal });
    return { ...(await stagePacked(archives, { name, unpacked, scratch, options })), edits };
  } finally {
    await scratch.close();
  }
}

async function unpackNamed(
  archives: SourceArchives,
  { name, scratch, options }: { name: string; scratch: ScratchFile; options: ArchiveOverlayOptions },
): Promise<UnpackedArchive> {
  const names = await archives.list();
  if (!names.includes(name)) {
    throw new SlipwayError('SPEC_NO_FILE', `there is no source archive ${name}`, {
      hint: 'an archive overlay names an archive among the sources, as upstream calls it',
      data: { nearest: nearestNames(name, names) },
    });
  }
  const source = watched(archives.read(name), options, { archive: name, step: 'unpack' });
  return unpackArchive(source, { name, scratch, limits: { ...archiveLimits, ...options.limits } });
}

async function editArchive(
  { tree }: UnpackedArchive,
  work: {
    readonly group: readonly PlacedArchiveOverlay[];
    readonly scratch: ScratchFile;
    readonly signal: AbortSignal | undefined;
  },
): Promise<ArchiveEdit[]> {
  const edits: ArchiveEdit[] = [];
  let editor: ArchiveEditor | undefined;
  for (const { index, overlay } of work.group) {
    editor ??= new ArchiveEditor(overlay.archive, tree, work);
    try {
      edits.push({ index, overlay, changes: await editor.apply(overlay) });
    } catch (cause) {
      throw overlayError(index, overlay, cause);
    }
  }
  return edits;
}

async function stagePacked(
  archives: SourceArchives,
  work: {
    readonly name: string;
    readonly unpacked: UnpackedArchive;
    readonly scratch: ScratchFile;
    readonly options: ArchiveOverlayOptions;
  },
): Promise<{ stage: StagedArchive; archive: RepackedArchive }> {
  const { name, options } = work;
  const entry = overlayEntry(name, options.sourceFiles);
  const hashType = entry?.hashType ?? 'SHA512';
  const hash = createHash(hashType);
  let sizeBytes = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of packArchive(name, work.unpacked, { scratch: work.scratch, watch: options })) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
  }
  const stage = await archives.stage(name, hashed());
  const archive: RepackedArchive = { name, sizeBytes, hashType, hash: hash.digest('hex') };
  if (entry?.hash !== undefined && entry.hash.toLowerCase() !== archive.hash) {
    await stage.discard();
    throw mismatch(archive, entry.hash, entry);
  }
  return { stage, archive };
}

function mismatch({ name, hashType, hash }: RepackedArchive, expected: string, { at }: ArchiveSourceFile) {
  const digests = `  expected: ${hashType} ${expected}\n  computed: ${hashType} ${hash}`;
  return new SlipwayError(
    'CORE_DIGEST_MISMATCH',
    `Cannot use ${name}: after its overlays it is not what its source-files entry expects\n${digests}`,
    {
      hint: "upstream's archive or the overlays are others than when the digest was written: check them, then write the computed one",
      ...(at !== undefined && { at }),
      data: { archive: name, hashType, expected, computed: hash },
    },
  );
}
