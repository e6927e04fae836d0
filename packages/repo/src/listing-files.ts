import { SlipwayError } from '@slipway/core';
import { type MetadataCompression, MetadataFile } from './metadata-file.ts';
import type { RepomdRecord } from './repomd.ts';

/** Listings of some packages, as text or as its UTF-8. */
export interface Listings {
  readonly count: number;
  readonly primary: string | Uint8Array;
  readonly filelists: string | Uint8Array;
  readonly other: string | Uint8Array;
  readonly filelistsExt?: string | Uint8Array;
}

export interface ListingFilesOptions {
  /** Seconds since 1970. */
  readonly time: number;
  readonly packageCount: number;
  readonly compression?: MetadataCompression;
  /** zstd level; default 10, as createrepo_c. */
  readonly compressionLevel?: number;
  /** Writes filelists-ext too. */
  readonly withHashes?: boolean;
}

const namespace = 'http://linux.duke.edu/metadata';
const formats = [
  {
    key: 'primary',
    type: 'primary',
    root: 'metadata',
    namespaces: `xmlns="${namespace}/common" xmlns:rpm="${namespace}/rpm"`,
  },
  { key: 'filelists', type: 'filelists', root: 'filelists', namespaces: `xmlns="${namespace}/filelists"` },
  {
    key: 'filelistsExt',
    type: 'filelists-ext',
    root: 'filelists-ext',
    namespaces: `xmlns="${namespace}/filelists-ext"`,
  },
  { key: 'other', type: 'other', root: 'otherdata', namespaces: `xmlns="${namespace}/other"` },
] as const;
export type ListingKey = (typeof formats)[number]['key'];

/** The kinds of listing that a repository has, in the order of repomd.xml. */
export function listingFormats(withHashes: boolean) {
  return formats.filter(({ key }) => withHashes || key !== 'filelistsExt');
}

/** What stands before the first package. */
export function listingStart(root: string, namespaces: string, packageCount: number): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} ${namespaces} packages="${packageCount}">\n`;
}

/** Writes primary, filelists (and filelists-ext) and other into `repodata`; leaves nothing behind when it fails. */
export async function writeListingFiles(
  repodata: string,
  listings: AsyncIterable<Listings>,
  { time, packageCount, compression = 'zstd', compressionLevel = 10, withHashes = false }: ListingFilesOptions,
): Promise<RepomdRecord[]> {
  const settings = { compression, level: compressionLevel, timestamp: time };
  const files = listingFormats(withHashes).map((format) => ({
    ...format,
    file: new MetadataFile(repodata, { type: format.type, name: `${format.type}.xml`, ...settings }),
  }));
  try {
    await Promise.all(
      files.map(({ file, root, namespaces }) => file.write(listingStart(root, namespaces, packageCount))),
    );
    let count = 0;
    for await (const some of listings) {
      count += some.count;
      await Promise.all(files.map(({ file, key }) => file.write(some[key] ?? '')));
    }
    if (count !== packageCount) {
      throw new SlipwayError('CORE_BUG', `${packageCount} packages were announced, ${count} came`);
    }
    return await Promise.all(
      files.map(async ({ file, root }) => {
        await file.write(`</${root}>`);
        return file.finish();
      }),
    );
  } finally {
    await Promise.all(files.map(({ file }) => file.discard()));
  }
}
