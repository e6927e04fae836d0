/**
 * As many package files as the reference figures were measured with (2,018 of 283 MB together), made up from a fixed seed:
 * incompressible contents, about a hundred files and fifty relations each. Kept in Slipway's cache.
 */
import { createCipheriv, createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type Dependency, type PackageInput, writePackage } from '@slipway/rpm';
import { cache } from './inputs.ts';

export const packageTotal = 2018;
const generation = 1;
const contentBytes = 128_000;
const filesEach = 110;
const time = 1_793_404_800;

/** The directory of the packages, made when it is not there yet: about a minute. */
export async function manyPackages(): Promise<string> {
  const directory = join(cache, 'bench', `many-packages-${generation}`);
  if (!existsSync(directory)) {
    const temporary = `${directory}.${process.pid}`;
    mkdirSync(temporary, { recursive: true });
    for (let at = 0; at < packageTotal; at++) {
      const path = join(temporary, `bench-${at}-1.0-1.x86_64.rpm`);
      const content = [{ index: 0, content: [randomBytes(at)] }];
      const contents = [
        ...content,
        ...Array.from({ length: filesEach }, (_, file) => ({ index: file + 1, content: [] })),
      ];
      await writePackage(path, describe(at), contents, { compressionLevel: 1, durable: false });
      utimesSync(path, time, time);
    }
    renameSync(temporary, directory);
  }
  return directory;
}

/** The same bytes for the same number: a stream cipher over zeros. */
function randomBytes(seed: number): Buffer {
  const key = createHash('sha256').update(String(seed)).digest();
  return createCipheriv('chacha20', key, Buffer.alloc(16)).update(Buffer.alloc(contentBytes));
}

function describe(at: number): PackageInput {
  const name = `bench-${at}`;
  const file = (path: string, sizeBytes: number) => ({ ...plainFile, path, sizeBytes });
  const documents = Array.from({ length: filesEach }, (_, one) => file(`/usr/share/doc/${name}/part-${one}.html`, 0));
  const requires = Array.from(
    { length: 40 },
    (_, one): Dependency => ({ name: `bench-${(at * 7 + one) % packageTotal}` }),
  );
  return {
    name,
    evr: { epoch: 0, version: '1.0', release: '1' },
    arch: 'x86_64',
    summary: `Package ${at} of the benchmark`,
    description: 'It has files and relations as packages of a distribution have them.\n'.repeat(6),
    license: 'MIT',
    url: 'https://example.org/',
    vendor: 'Example',
    packager: '',
    group: 'Unspecified',
    buildHost: 'localhost',
    buildTime: time,
    sourceRpm: `${name}-1.0-1.src.rpm`,
    files: [file(`/usr/bin/${name}`, contentBytes), ...documents],
    scriptlets: [],
    changelog: [],
    provides: [{ name, comparison: '=', evr: { epoch: 0, version: '1.0', release: '1' } }],
    requires,
    conflicts: [],
    obsoletes: [],
    recommends: [],
    suggests: [],
    supplements: [],
    enhances: [],
  };
}

const plainFile = {
  mode: 0o100644,
  user: 'root',
  group: 'root',
  mtime: time,
  linkTarget: '',
  flags: 0,
  lang: '',
  caps: '',
  rdev: 0,
  device: 0,
  inode: 0,
} as const;
