import { list, namedTable } from '../definition/collection-kinds.ts';
import type { Output } from '../definition/definition.ts';
import { integer, literal, string } from '../definition/scalar-kinds.ts';
import { table } from '../definition/table.ts';
import { packageName, sha256Text, utcInstant } from './scalars.ts';

const word = string({
  pattern: /^[\x21\x23-\x5b\x5d-\x7e]+$/,
  must: 'must be printable ASCII without quotes',
});

const lockedPackage = table({
  name: packageName('Package.'),
  version: word,
  architecture: word.describe('source for files of source packages.'),
  size: integer(0).describe('Bytes of the file.'),
  sha256: sha256Text('Digest of the file.'),
  origin: word.describe('Path of the file below the address of the archive.'),
});

const lockedSnapshot = table({
  date: utcInstant.describe('Date of the metadata, RFC 3339 in UTC.'),
  suite: word.optional(),
  'metadata-sha256': sha256Text('Digest of the signed metadata that the packages were taken from.').optional(),
  packages: list(lockedPackage),
});

export const lockFile = table({ version: literal(1), snapshots: namedTable(lockedSnapshot) });

export type LockedPackage = Output<typeof lockedPackage>;
export type LockedSnapshot = Output<typeof lockedSnapshot>;
