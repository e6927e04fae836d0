import { createCipheriv } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FileContent, type InputFile, type PackageFormat, writePackage } from '@slipway/rpm';

export interface GeneratedPackages {
  readonly count: number;
  readonly filesEach: number;
  readonly fileBytes: number;
  readonly format: PackageFormat;
}

/** Packages with the same incompressible contents every time. */
export async function generatePackages(directory: string, wanted: GeneratedPackages): Promise<void> {
  mkdirSync(directory, { recursive: true });
  for (let number = 1; number <= wanted.count; number++) {
    await generatePackage(directory, `made-${String(number).padStart(4, '0')}`, wanted);
  }
}

async function generatePackage(directory: string, name: string, wanted: GeneratedPackages): Promise<void> {
  const { filesEach, fileBytes: sizeBytes, format } = wanted;
  const files = Array.from(
    { length: filesEach },
    (_, place): InputFile => ({
      path: `/usr/share/${name}/file-${place}`,
      mode: 0o100644,
      user: 'root',
      group: 'root',
      mtime: 1_700_000_000,
      sizeBytes,
      linkTarget: '',
      flags: 0,
      lang: '',
      caps: '',
      rdev: 0,
      device: 0,
      inode: 0,
    }),
  );
  const none = { requires: [], conflicts: [], obsoletes: [], recommends: [], suggests: [], supplements: [] };
  const input = {
    ...{ name, evr: { epoch: 0, version: '1.0', release: '1' }, arch: 'noarch', files, enhances: [], provides: [] },
    ...{ summary: `Package ${name}`, description: 'Made for a benchmark.', license: 'MIT', url: '', vendor: '' },
    ...{
      packager: '',
      group: '',
      buildHost: 'localhost',
      buildTime: 1_700_000_000,
      sourceRpm: `${name}-1.0-1.src.rpm`,
    },
    ...{ scriptlets: [], changelog: [], ...none },
  };
  const options = { format, compressionLevel: 1, durable: false };
  await writePackage(join(directory, `${name}.rpm`), input, contents(name, wanted), options);
}

/** The key stream of a cipher: as random as can be, and the same for the same name. */
function* contents(name: string, { filesEach, fileBytes }: GeneratedPackages): Generator<FileContent> {
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.from(name.padEnd(16).slice(0, 16)));
  const zeros = Buffer.alloc(Math.min(fileBytes, 1 << 20));
  for (let index = 0; index < filesEach; index++) {
    yield { index, content: pieces() };
  }
  function* pieces(): Generator<Uint8Array> {
    for (let left = fileBytes; left > 0; left -= zeros.length) {
      yield stream.update(zeros.subarray(0, Math.min(left, zeros.length)));
    }
  }
}
