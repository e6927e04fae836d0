import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { asDigest, fileError, SlipwayError } from '@slipway/core';
import { readPackage } from '@slipway/rpm';
import { headerFacts } from '../describe/header-facts.ts';
import { formatFacts, type PackageXml } from '../package-xml.ts';

const pieceBytes = 1 << 20;
/** Lead, and the beginning of the signature header up to its two lengths. */
const [leadBytes, introBytes, indexEntryBytes, padding] = [96, 16, 16, 8];
/** rpm's own limit for the data of a header is half of it. */
const maxFrontBytes = 1 << 29;

export interface DescribeOptions {
  readonly withHashes: boolean;
}

/** Reads files into one buffer, which it keeps. */
export class FileDescriber {
  #buffer: Buffer = Buffer.allocUnsafeSlow(pieceBytes);

  /**
   * Describes the package at `locationHref` below `directory`; the file is read once, for its headers and its digest.
   * Throws `REPO_BAD_PACKAGE`, `RPM_NOT_A_PACKAGE`, `RPM_BAD_HEADER`, `CORE_FILE_ACCESS`.
   */
  async describe(directory: string, locationHref: string, { withHashes }: DescribeOptions): Promise<PackageXml> {
    const path = join(directory, locationHref);
    const { front, ...state } = this.#read(path);
    try {
      const { header, signature, headerRange } = await readPackage(front, path);
      return formatFacts(headerFacts(header, signature), { ...state, locationHref, headerRange }, withHashes);
    } catch (cause) {
      throw cause instanceof SlipwayError ? cause : fileError('read', path, cause);
    }
  }

  #read(path: string) {
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      const { size, mtimeMs } = fstatSync(file);
      const hash = createHash('sha256');
      const frontLength = this.#readFront(file, size);
      hash.update(this.#buffer.subarray(0, frontLength));
      const front = Buffer.from(this.#buffer.subarray(0, Math.min(frontLength, this.#frontBytes(frontLength))));
      let sizeBytes = frontLength;
      for (let count = frontLength; count > 0; sizeBytes += count) {
        count = readSync(file, this.#buffer, 0, this.#buffer.length, sizeBytes);
        hash.update(this.#buffer.subarray(0, count));
      }
      return { front, sizeBytes, digest: asDigest(hash.digest('hex')), fileTime: Math.floor(mtimeMs / 1000) };
    } catch (cause) {
      throw fileError('read', path, cause);
    } finally {
      if (file !== undefined) {
        closeSync(file);
      }
    }
  }

  /** Reads at least both headers, as far as the file goes; gives the number of bytes. */
  #readFront(file: number, sizeBytes: number): number {
    let length = 0;
    for (let wanted = Math.min(pieceBytes, sizeBytes); length < wanted; ) {
      if (wanted > this.#buffer.length) {
        const larger = Buffer.allocUnsafeSlow(wanted);
        this.#buffer.copy(larger, 0, 0, length);
        this.#buffer = larger;
      }
      const count = readSync(file, this.#buffer, length, wanted - length, length);
      if (count === 0) {
        break;
      }
      length += count;
      wanted = Math.min(sizeBytes, Math.max(wanted, this.#frontBytes(length)), maxFrontBytes);
    }
    return length;
  }

  /** Where the main header ends, as far as the first `length` bytes tell. */
  #frontBytes(length: number): number {
    const signatureEnd = headerEnd(this.#buffer, leadBytes, length);
    const start = leadBytes + Math.ceil((signatureEnd - leadBytes) / padding) * padding;
    return headerEnd(this.#buffer, start, length);
  }
}

/** The end of the header at `start`: its two lengths stand behind 8 bytes of magic number and reserve. */
function headerEnd(bytes: Buffer, start: number, length: number): number {
  if (start + introBytes > length) {
    return start + introBytes;
  }
  return start + introBytes + bytes.readUInt32BE(start + 8) * indexEntryBytes + bytes.readUInt32BE(start + 12);
}
