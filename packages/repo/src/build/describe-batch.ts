import { SlipwayError } from '@slipway/core';
import { type DescribeOptions, FileDescriber } from './describe-file.ts';

/** Packages that one thread describes in one go. */
export interface Batch extends DescribeOptions {
  readonly directory: string;
  readonly locations: readonly string[];
}

/** A package that cannot be described. */
export interface BrokenPackage {
  readonly locationHref: string;
  readonly code: string;
  readonly reason: string;
}

/** The listings of a batch, one package after the other, as UTF-8. */
export interface DescribedBatch {
  readonly count: number;
  readonly primary: Uint8Array<ArrayBuffer>;
  readonly filelists: Uint8Array<ArrayBuffer>;
  readonly other: Uint8Array<ArrayBuffer>;
  readonly filelistsExt?: Uint8Array<ArrayBuffer>;
  readonly broken: readonly BrokenPackage[];
}

const describer = new FileDescriber();

/** Describes packages in their order; those that cannot be described are named instead. */
export async function describeBatch({ directory, locations, withHashes }: Batch): Promise<DescribedBatch> {
  const texts = { primary: '', filelists: '', other: '', filelistsExt: '' };
  const broken: BrokenPackage[] = [];
  for (const locationHref of locations) {
    try {
      const xml = await describer.describe(directory, locationHref, { withHashes });
      texts.primary += xml.primary;
      texts.filelists += xml.filelists;
      texts.other += xml.other;
      texts.filelistsExt += xml.filelistsExt ?? '';
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.code === 'CORE_BUG') {
        throw error;
      }
      broken.push({ locationHref, code: error.code, reason: error.message });
    }
  }
  const encoder = new TextEncoder();
  return {
    count: locations.length - broken.length,
    primary: encoder.encode(texts.primary),
    filelists: encoder.encode(texts.filelists),
    other: encoder.encode(texts.other),
    ...(withHashes ? { filelistsExt: encoder.encode(texts.filelistsExt) } : {}),
    broken,
  };
}
