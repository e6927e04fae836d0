import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProgram } from '@slipway/core';
import fc from 'fast-check';
import type { BlockWriter } from '../block-writer.ts';
import { type FatFile, planFat } from '../fat/plan-fat.ts';
import { writeFat } from '../fat/write-fat.ts';
import { planGpt } from '../gpt/gpt-layout.ts';
import { deriveGuid } from '../gpt/guid.ts';
import { inTemporaryDirectory, unlessInstalled } from '../image/judges.test-support.ts';
import { writeDiskImage } from '../image/write-disk-image.ts';
import { isoTree } from './iso-tree.ts';
import { isoFilesOfEsp, planIso } from './plan-iso.ts';

const mib = 1 << 20;
const time = 1_790_000_000;
const judges = { skip: unlessInstalled('xorriso', 'isoinfo', 'sgdisk', 'sfdisk') };

function file(path: string, sizeBytes = 3000): FatFile {
  return { path, sizeBytes, content: () => [contentOf(path, sizeBytes)] };
}

function contentOf(path: string, sizeBytes: number): Buffer {
  return createHash('shake256', { outputLength: sizeBytes }).update(path).digest();
}

interface HybridDisk {
  readonly iso: string;
  readonly raw: string;
}

/** A disk with an EFI system partition and one more, as raw image and as CD. */
async function writeHybrid(directory: string, files: readonly FatFile[]): Promise<HybridDisk> {
  const esp = planFat(files, {
    size: { kind: 'minimal', freeBytes: 0 },
    volumeId: 7,
    createdAt: time,
    fileAlignmentBytes: 2048,
  });
  const gpt = planGpt({
    diskGuid: deriveGuid('iso', 'disk'),
    partitions: [
      { type: 'esp', guid: deriveGuid('iso', 'esp'), name: 'esp', sizeBytes: esp.sizeBytes },
      { type: 'root-x86-64', guid: deriveGuid('iso', 'root'), name: 'root', sizeBytes: 2 * mib },
    ],
  });
  const place = { offset: mib, sizeBytes: esp.sizeBytes };
  const volume = { label: 'SLIPWAY', time, esp: place, files: isoFilesOfEsp(esp, place.offset) };
  const paths = { iso: join(directory, 'disk.iso'), raw: join(directory, 'disk.raw') };
  const root = Buffer.alloc(5000, 'root');
  await writeDiskImage({
    gpt,
    partitions: [
      { write: (out: BlockWriter) => writeFat(esp, out) },
      { write: (out: BlockWriter) => out.write(mib, root) },
    ],
    outputs: [
      { format: 'raw', path: paths.raw },
      { format: 'iso', path: paths.iso, volume },
    ],
  });
  return paths;
}

async function expectOutput(command: string, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runProgram(command, args);
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout + stderr;
}

/** xorriso copies everything out by its Rock Ridge names; the bytes are compared. */
async function expectFiles(iso: string, files: readonly FatFile[], directory: string): Promise<void> {
  const copy = join(directory, 'copy');
  await mkdir(copy);
  const output = await expectOutput('xorriso', ['-osirrox', 'on:auto_chmod_on', '-indev', iso, '-extract', '/', copy]);
  assert.doesNotMatch(output, /FAILURE|SORRY|WARNING/);
  const found = await readdir(copy, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(copy.length));
  assert.deepEqual(paths.sort(), files.map(({ path }) => path).sort());
  for (const { path, sizeBytes } of files) {
    assert.ok((await readFile(join(copy, path))).equals(contentOf(path, sizeBytes)), path);
  }
}

const bootFiles = [
  file('/EFI/BOOT/BOOTX64.EFI', 120_001),
  file('/EFI/Linux/slipway-server-6.18.2-1.x86_64+3-0.efi', 5_000_000),
  file('/EFI/Linux/slipway-server-6.18.3-1.x86_64+3-0.efi', 5_000_001),
  file('/loader/loader.conf', 40),
  file('/loader/empty', 0),
];

describe('a hybrid ISO', judges, () => {
  test('boots as a CD from the EFI system partition, says xorriso', async () => {
    await inTemporaryDirectory(async (directory) => {
      const { iso } = await writeHybrid(directory, bootFiles);
      const report = await expectOutput('xorriso', ['-indev', iso, '-report_el_torito', 'plain', '-pvd_info']);
      assert.match(report, /^Boot record *: El Torito/m);
      assert.match(report, /^El Torito boot img *: +1 +UEFI +y +none +0x0000 +0x00 +0 +512$/m);
      assert.match(report, /^Volume Id *: SLIPWAY$/m);
      assert.match(report, /^Creation Time: 2026092114/m);
      assert.doesNotMatch(report, /FAILURE|SORRY|WARNING/);
    });
  });

  test('shows the files of the EFI system partition by their names', async () => {
    await inTemporaryDirectory(async (directory) => {
      const { iso } = await writeHybrid(directory, bootFiles);
      await expectFiles(iso, bootFiles, directory);
      const listing = await expectOutput('isoinfo', ['-R', '-l', '-i', iso]);
      assert.match(
        listing,
        /^-r--r--r-- +1 +0 +0 +5000000 Sep 21 2026 .* slipway-server-6\.18\.2-1\.x86_64\+3-0\.efi/m,
      );
      assert.match(listing, /^dr-xr-xr-x +4 +0 +0 +2048 .* \. *$/m);
      const plain = await expectOutput('isoinfo', ['-f', '-i', iso]);
      assert.match(plain, /^\/EFI\/BOOT\/BOOTX64\.EFI;1$/m);
      assert.match(plain, /^\/EFI\/LINUX\/SLIPWAY_SERVER_6_18_2_1_X86\.EFI;1$/m);
      assert.match(plain, /^\/EFI\/LINUX\/SLIPWAY_SERVER_6_18_3_1_X86\.EFI;1$/m);
    });
  });

  test('is still the disk: outside of the gap before the first partition it has the same bytes', async () => {
    await inTemporaryDirectory(async (directory) => {
      const { iso, raw } = await writeHybrid(directory, bootFiles);
      assert.match(await expectOutput('sgdisk', ['-v', iso]), /No problems found/);
      await expectOutput('sfdisk', ['--verify', iso]);
      const [isoBytes, rawBytes] = [await readFile(iso), await readFile(raw)];
      assert.equal(isoBytes.length, rawBytes.length);
      isoBytes.fill(0, 16 * 2048, mib);
      assert.ok(isoBytes.equals(rawBytes));
    });
  });

  test('has for xorriso whatever files the partition can have', async () => {
    const name = fc.oneof(
      fc.stringMatching(/^[a-zA-Z0-9 +,;=[\]_-]{1,20}[a-z]$/),
      fc.stringMatching(/^[a-z]{1,3}\.[a-z]{1,5}$/),
      fc.stringMatching(/^[a-z]{150,200}$/),
      fc.string({ unit: fc.constantFrom('é', '漢', 'x'), minLength: 60, maxLength: 80 }).map((text) => `${text}y`),
    );
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
    const contents = fc.array(fc.record({ path, sizeBytes: fc.nat({ max: 9000 }) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(contents, (generated) =>
        inTemporaryDirectory(async (directory) => {
          const files = withoutConflicts(generated).map(({ path, sizeBytes }) => file(path, sizeBytes));
          const { iso } = await writeHybrid(directory, files);
          await expectFiles(iso, files, directory);
        }),
      ),
      { numRuns: 10, endOnFailure: true },
    );
  });
});

/** FAT takes names that differ only in case as the same, and no file can be a directory too. */
function withoutConflicts<T extends { readonly path: string }>(entries: readonly T[]): T[] {
  const kept = new Map<string, T>();
  for (const entry of entries) {
    const key = entry.path.toUpperCase();
    const conflicts = [...kept.keys()].some(
      (other) => other === key || other.startsWith(`${key}/`) || key.startsWith(`${other}/`),
    );
    if (!conflicts) {
      kept.set(key, entry);
    }
  }
  return [...kept.values()];
}

test('identifiers for readers without Rock Ridge are unique', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-c.+-]{1,40}$/), { maxLength: 200 });
  fc.assert(
    fc.property(names, (generated) => {
      const usable = generated.filter((name) => name !== '.' && name !== '..');
      const root = isoTree(usable.map((name) => ({ path: `/${name}`, offset: 0, sizeBytes: 0 })));
      const identifiers = root.children.map(({ identifier }) => identifier);
      assert.equal(new Set(identifiers).size, usable.length);
      assert.ok(identifiers.every((identifier) => /^[A-Z0-9_]{1,27}\.[A-Z0-9_]{0,3};1$/.test(identifier)));
      assert.deepEqual(identifiers, identifiers.toSorted());
    }),
  );
});

describe('what cannot be on a CD is refused', () => {
  const disk = { sizeBytes: 64 * mib, ranges: [{ offset: 0, sizeBytes: 20_480 }] };
  const volume = { label: 'A', time, esp: { offset: mib, sizeBytes: 33 * mib }, files: [] };
  const placed = (path: string, offset = 2 * mib) => ({ path, offset, sizeBytes: 5 });
  const refused: [string, () => unknown][] = [
    ['a file inside of a sector', () => planIso(disk, { ...volume, files: [placed('/a', mib + 512)] })],
    ['two files of one path', () => planIso(disk, { ...volume, files: [placed('/a'), placed('/a')] })],
    ['a file that is a directory', () => planIso(disk, { ...volume, files: [placed('/a'), placed('/a/b')] })],
    ['a path that climbs out', () => planIso(disk, { ...volume, files: [placed('/a/../b')] })],
    ['nine levels', () => planIso(disk, { ...volume, files: [placed('/1/2/3/4/5/6/7/8/9')] })],
    ['a name of 254 bytes', () => planIso(disk, { ...volume, files: [placed(`/${'a'.repeat(254)}`)] })],
    ['a label in lower case', () => planIso(disk, { ...volume, label: 'a' })],
    [
      'a partition where the descriptors go',
      () => planIso({ ...disk, ranges: [{ offset: 0, sizeBytes: 40_960 }] }, volume),
    ],
    [
      'more names than fit before the first partition',
      () =>
        planIso(
          { ...disk, ranges: [...disk.ranges, { offset: mib, sizeBytes: mib }] },
          { ...volume, files: Array.from({ length: 9000 }, (_, index) => placed(`/${index}`)) },
        ),
    ],
  ];
  for (const [name, plan] of refused) {
    test(name, () => {
      assert.throws(plan, { code: 'DISK_ISO_UNREPRESENTABLE' });
    });
  }

  test('a size that is not in whole sectors', () => {
    assert.throws(() => planIso({ sizeBytes: mib + 512, ranges: [] }, volume), { code: 'DISK_FORMAT_SIZE' });
  });
});
