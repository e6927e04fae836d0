import { constants, createReadStream } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { readFileChunks, replaceAtomically } from '@slipway/core';
import { binaryEntry, type HeaderEntry } from '../header/header-entry.ts';
import { indexEntryBytes } from '../header/header-intro.ts';
import { signatureTag, tag } from '../header/tags.ts';
import { writeHeader } from '../header/write-header.ts';
import { leadBytes } from '../package/lead.ts';
import type { RpmPackage } from '../package/open-package.ts';
import { padSignatureHeader } from '../writing/signature-header.ts';

export function isFormat6(pkg: RpmPackage): boolean {
  return (pkg.header.number(tag.rpmFormat) ?? 4) >= 6;
}

/**
 * Writes the package to `target` (which may be its own path) with other entries in its signature header. Header and
 * payload stay as they are, byte for byte; the reserved space shrinks and grows so that they also stay where they are.
 */
export async function replaceSignatureHeader(
  pkg: RpmPackage,
  entries: readonly HeaderEntry[],
  target: string,
): Promise<void> {
  const header = padSignatureHeader(withReservedSpace(pkg, entries));
  await replaceAtomically(target, async (temporary) => {
    if (leadBytes + header.length === pkg.headerRange.start) {
      await copyFile(pkg.path, temporary, constants.COPYFILE_FICLONE);
      await overwrite(temporary, header, leadBytes);
    } else {
      await copyAround(pkg, header, temporary);
    }
  });
}

/**
 * The entries with as much reserved space as keeps the header's size, if the package has any. When it does not suffice
 * it stays whole, as rpmsign leaves it: the package grows once, and later signatures find their place again.
 */
function withReservedSpace(pkg: RpmPackage, entries: readonly HeaderEntry[]): HeaderEntry[] {
  const reservedTag = isFormat6(pkg) ? signatureTag.reserved : signatureTag.reservedSpace;
  const reserved = pkg.signature.entry(reservedTag);
  const rest = entries.filter((entry) => entry.tag !== reservedTag);
  if (reserved === undefined) {
    return rest;
  }
  const oldBytes = pkg.signature.blob.length + 8;
  const left = oldBytes - writeHeader(rest, 'signatures').length - indexEntryBytes;
  return [...rest, binaryEntry(reservedTag, Buffer.alloc(left > 0 ? left : reserved.count))];
}

async function overwrite(path: string, bytes: Buffer, offset: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    for (let done = 0; done < bytes.length; ) {
      done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function copyAround(pkg: RpmPackage, header: Buffer, target: string): Promise<void> {
  const file = await open(target, 'wx');
  try {
    for await (const chunk of createReadStream(pkg.path, { end: leadBytes - 1 })) {
      await file.writeFile(chunk as Uint8Array);
    }
    await file.writeFile(header);
    for await (const chunk of readFileChunks(pkg.path, { start: pkg.headerRange.start })) {
      await file.writeFile(chunk);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}
