import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileError } from '@slipway/core';
import { type ListingKey, listingFormats, listingStart } from '../listing-files.ts';
import { openMetadata } from '../open-metadata.ts';
import { readPackages } from '../read-primary.ts';
import type { RepoPackage } from '../repo-package.ts';
import { type Repomd, type RepomdRecord, readRepomd } from '../repomd.ts';
import type { PackageFileState } from './find-packages.ts';

/** Metadata that a directory has from an earlier run. */
export class EarlierMetadata {
  readonly directory: string;
  readonly repomd: Repomd;
  /** By location. */
  readonly packages: ReadonlyMap<string, RepoPackage>;
  readonly #order: readonly RepoPackage[];
  readonly #primary: Buffer;
  #listings: ReadonlyMap<string, ReadonlyMap<ListingKey, Buffer>> | undefined;

  constructor(directory: string, repomd: Repomd, primary: { content: Buffer; packages: readonly RepoPackage[] }) {
    this.directory = directory;
    this.repomd = repomd;
    this.#order = primary.packages;
    this.#primary = primary.content;
    this.packages = new Map(primary.packages.map((one) => [one.locationHref, one]));
  }

  /** Whether it describes the file as it is now: same place, size and time of the last change. */
  describes({ locationHref, sizeBytes, fileTime }: PackageFileState): boolean {
    const known = this.packages.get(locationHref);
    return (
      known !== undefined &&
      known.sizeBytes === sizeBytes &&
      known.fileTime === fileTime &&
      known.locationBase === undefined &&
      known.checksum.algorithm === 'sha256'
    );
  }

  /** Reads the other listings; false when what it has was written in another form than ours and cannot be taken over. */
  async loadListings(withHashes: boolean): Promise<boolean> {
    const byLocation = new Map(this.#order.map((one) => [one.locationHref, new Map<ListingKey, Buffer>()]));
    for (const { key, type, root, namespaces } of listingFormats(withHashes)) {
      const content =
        key === 'primary' ? this.#primary : await readContent(this.directory, recordOf(this.repomd, type));
      const parts = cutListing(content, listingStart(root, namespaces, this.#order.length));
      if (parts.length !== this.#order.length) {
        return false;
      }
      for (const [at, one] of this.#order.entries()) {
        const part = parts[at] as Buffer;
        if (!isListingOf(part, one.checksum.value)) {
          return false;
        }
        byLocation.get(one.locationHref)?.set(key, part);
      }
    }
    this.#listings = byLocation;
    return true;
  }

  /** The listing of a package, after `loadListings`. */
  listing(locationHref: string, key: ListingKey): Buffer | undefined {
    return this.#listings?.get(locationHref)?.get(key);
  }
}

/**
 * The metadata of a directory; undefined when it has none. Its sizes and digests are checked. Memory: the uncompressed
 * listings. Throws `REPO_BAD_METADATA`, `REPO_DIGEST_MISMATCH`, `FORMATS_BAD_XML`, `CORE_FILE_ACCESS`.
 */
export async function loadEarlierMetadata(directory: string): Promise<EarlierMetadata | undefined> {
  const file = join(directory, 'repodata/repomd.xml');
  if (!existsSync(file)) {
    return undefined;
  }
  const repomd = readRepomd(readFileSync(file), file);
  const content = await readContent(directory, recordOf(repomd, 'primary'));
  return new EarlierMetadata(directory, repomd, { content, packages: [...(await readPackages([content])).all()] });
}

function recordOf({ records }: Repomd, type: string): RepomdRecord | undefined {
  return records.find((record) => record.type === type);
}

async function readContent(directory: string, record: RepomdRecord | undefined): Promise<Buffer> {
  if (record === undefined) {
    return Buffer.alloc(0);
  }
  const path = join(directory, record.locationHref);
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of openMetadata(createReadStream(path), record)) {
      chunks.push(chunk);
    }
  } catch (cause) {
    throw fileError('read', path, cause);
  }
  return Buffer.concat(chunks);
}

const [packageStart, packageEnd] = ['<package ', '</package>\n'];

/**
 * The listings of a document, cut at its packages; none when it is not in the form that createrepo_c and this library
 * write: one element directly after the other, without comments or CDATA sections, which could hold anything.
 */
function cutListing(content: Buffer, start: string): Buffer[] {
  if (!content.subarray(0, start.length).equals(Buffer.from(start)) || content.includes('<!')) {
    return [];
  }
  const parts: Buffer[] = [];
  let at = start.length;
  for (; content.toString('latin1', at, at + packageStart.length) === packageStart; ) {
    const end = content.indexOf(packageEnd, at);
    if (end < 0) {
      return [];
    }
    parts.push(content.subarray(at, end + packageEnd.length));
    at = end + packageEnd.length;
  }
  return parts;
}

function isListingOf(part: Buffer, digest: string): boolean {
  return part.includes(`<package pkgid="${digest}"`) || part.includes(` pkgid="YES">${digest}</checksum>`);
}
