import { sha256 } from '@slipway/core';
import { parseDependency } from '@slipway/rpm';
import fc from 'fast-check';
import type { RepositoryEntry } from '../repository-entry.ts';

/** Printable texts with everything that XML has to escape. */
const text = fc.string({
  unit: fc.constantFrom('a', 'Z', 'é', '漢', '<', '>', '&', '"', "'", ' ', '\n', '😀'),
  maxLength: 12,
});
const word = fc.string({ unit: fc.constantFrom('a', 'b', '7', '.', '_', '+', 'é'), minLength: 1, maxLength: 6 });
const plain = { noNullPrototype: true } as const;
const evr = fc.record({ epoch: fc.nat({ max: 9 }), version: word, release: word }, plain);
const relation = fc.oneof(
  word.map((name) => ({ name })),
  fc.record({ name: word, comparison: fc.constantFrom('<', '<=', '=', '>=', '>'), evr }, plain),
  fc.tuple(word, word).map(([a, b]) => parseDependency(`(x${a} or y${b})`)),
  fc.constant({ name: '/usr/bin/env', pre: true }),
);
const relations = fc.array(relation, { maxLength: 3 });
const file = fc.record({
  path: fc.tuple(fc.constantFrom('/etc/', '/usr/bin/', '/usr/share/'), word).map(([a, b]) => a + b),
  mode: fc.constantFrom(0o100644, 0o040755, 0o120777),
  flags: fc.constantFrom(0, 1, 64),
});

/** A repository entry with random texts and relations; its location is unique with its digest. */
export const arbitraryEntry: fc.Arbitrary<RepositoryEntry> = fc
  .record({
    name: word,
    evr,
    texts: fc.tuple(text, text, text, text),
    relations: fc.tuple(relations, relations, relations, relations),
    files: fc.array(file, { maxLength: 4 }),
    changelog: fc.array(fc.record({ time: fc.nat({ max: 3 }), author: text, text }), { maxLength: 12 }),
    seed: fc.nat(),
  })
  .map(({ name, evr: version, texts, relations: some, files, changelog, seed }) => ({
    metadata: {
      name,
      evr: version,
      arch: 'noarch',
      summary: texts[0],
      description: texts[1],
      license: 'MIT',
      url: texts[2],
      vendor: texts[3],
      packager: '',
      group: 'Unspecified',
      buildHost: 'localhost',
      buildTime: 1,
      sourceRpm: 'x.src.rpm',
      installedSizeBytes: seed,
      archiveSizeBytes: 0,
      files: files.map((one) => ({ ...emptyFile, ...one })),
      scriptlets: [],
      changelog,
      provides: some[0],
      requires: some[1],
      conflicts: some[2],
      obsoletes: [],
      recommends: some[3],
      suggests: [],
      supplements: [],
      enhances: [],
    },
    locationHref: `Packages/${sha256(`${name}${seed}`)}.rpm`,
    digest: sha256(`${seed}${name}`),
    sizeBytes: seed,
    headerRange: { start: 1, end: 2 },
    fileTime: 3,
  }));

const emptyFile = {
  user: 'root',
  group: 'root',
  mtime: 0,
  sizeBytes: 0,
  digest: undefined,
  linkTarget: '',
  lang: '',
  caps: '',
  rdev: 0,
  device: 0,
  inode: 0,
};
