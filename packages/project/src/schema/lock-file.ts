import { z } from 'zod';
import { packageName, sha256Text } from './scalars.ts';
import { namedTable, table } from './table.ts';

const word = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const lockedPackage = table({
  name: packageName('Package.'),
  version: z.string().regex(word, 'must be printable ASCII without quotes'),
  architecture: z
    .string()
    .regex(word, 'must be printable ASCII without quotes')
    .describe('source for files of source packages.'),
  size: z.int().min(0).describe('Bytes of the file.'),
  sha256: sha256Text('Digest of the file.'),
  origin: z
    .string()
    .regex(word, 'must be printable ASCII without quotes')
    .describe('Path of the file below the address of the archive.'),
});

const lockedSnapshot = table({
  date: z.iso.datetime().describe('Date of the metadata, RFC 3339 in UTC.'),
  suite: z.string().regex(word, 'must be printable ASCII without quotes').exactOptional(),
  'metadata-sha256': sha256Text('Digest of the signed metadata that the packages were taken from.').exactOptional(),
  packages: z.array(lockedPackage),
});

export const lockFile = table({ version: z.literal(1), snapshots: namedTable(lockedSnapshot) });

export type LockedPackage = z.output<typeof lockedPackage>;
export type LockedSnapshot = z.output<typeof lockedSnapshot>;
