import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { packageMetadata } from '../metadata/read-metadata.ts';
import { readPayload } from '../payload/read-payload.ts';
import { fullFileContents, fullPackage } from '../testing/full-package.ts';
import { verifyPackage } from '../verification/verify-package.ts';
import { writePackage } from '../writing/write-package.ts';
import { openPackage, type RpmPackage, readPackage } from './open-package.ts';

const directory = await mkdtemp(join(tmpdir(), 'slipway-rpm-damaged-'));
after(() => rm(directory, { recursive: true, force: true }));

const forms = [
  { format: 4, compression: 'gzip' },
  { format: 6, compression: 'zstd' },
] as const;

async function write(form: (typeof forms)[number]): Promise<string> {
  const path = join(directory, `${form.format}-${form.compression}.rpm`);
  await writePackage(path, fullPackage, fullFileContents(), form);
  return path;
}

/** Whatever fails says where. */
async function isRefused(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return false;
  } catch (error) {
    assert.ok(error instanceof SlipwayError, String(error));
    assert.ok(error.at?.offset !== undefined, `${error.code} has no offset: ${error.message}`);
    return true;
  }
}

async function readWhole(pkg: RpmPackage): Promise<void> {
  packageMetadata(pkg.header, pkg.signature);
  for await (const { content } of readPayload(pkg)) {
    for await (const _ of content);
  }
}

async function digestsHold(pkg: RpmPackage): Promise<boolean> {
  return !(await verifyPackage(pkg, { at: 0 })).digestsFail;
}

for (const form of forms) {
  const name = `of format ${form.format} with ${form.compression}`;

  test(`a package ${name} that ends anywhere before its end is refused`, async () => {
    const path = await write(form);
    const bytes = readFileSync(path);
    const { payloadOffset } = await openPackage(path);
    for (let length = bytes.length - 1; length >= payloadOffset; length--) {
      truncateSync(path, length);
      const pkg = await openPackage(path);
      assert.equal(await digestsHold(pkg), false, `digests hold in ${length} bytes`);
      assert.ok(await isRefused(() => readWhole(pkg)), `${length} bytes are read`);
    }
    for (let length = payloadOffset - 1; length >= 0; length--) {
      assert.ok(await isRefused(() => readPackage(bytes.subarray(0, length), 'cut')), `${length} bytes are a package`);
    }
  });

  test(`a package ${name} with one changed bit is refused, or has the same header and payload`, async () => {
    const path = await write(form);
    const bytes = readFileSync(path);
    const { headerRange } = await openPackage(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        writeFileSync(path, changed);
        const refused = await isRefused(async () => {
          const pkg = await openPackage(path);
          if (await digestsHold(pkg)) {
            await readWhole(pkg);
            assert.ok(changed.subarray(headerRange.start).equals(bytes.subarray(headerRange.start)), `bit ${bit}`);
          }
        });
        assert.ok(
          refused || bit >> 3 < headerRange.start || !(await digestsHold(await openPackage(path))),
          `bit ${bit}`,
        );
      }),
      { numRuns: 200 },
    );
  });
}
