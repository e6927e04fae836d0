import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProgram, SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import {
  inTemporaryDirectory,
  judgeTree,
  runInJudgeTree,
  unlessInJudgeTree,
  unlessInstalled,
} from '../image/judges.test-support.ts';
import { minimalStub } from './minimal-stub.test-support.ts';
import { readPeImage } from './pe-image.ts';
import { planUki, type UkiPlan, type UkiSection, ukiSection } from './plan-uki.ts';

const formatLine = 'sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n';
const stubSbat = `${formatLine}systemd-stub,1,The systemd Developers,systemd,262,https://systemd.io/\n`;
const realStub = join(judgeTree, 'usr/lib/systemd/boot/efi/linuxx64.efi.stub');

async function bytesOf(plan: UkiPlan): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of plan.write()) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** In chunks, as a kernel comes from a package. */
function kernelSection(kernel: Buffer): UkiSection {
  return {
    name: '.linux',
    sizeBytes: kernel.length,
    *content() {
      for (let at = 0; at < kernel.length; at += 100) {
        yield kernel.subarray(at, at + 100);
      }
    },
  };
}

function parts(kernel = minimalStub()): UkiSection[] {
  return [
    ukiSection('.osrel', 'ID=slipway\nVERSION_ID=1\n'),
    ukiSection('.cmdline', 'root=LABEL=root console=ttyS0'),
    ukiSection('.uname', '7.2.12-cloud'),
    kernelSection(kernel),
    ukiSection('.initrd', Buffer.alloc(70_001, 'initrd')),
  ];
}

function contentOf(uki: Buffer, name: string): Buffer {
  const section = readPeImage(uki).sections.find((candidate) => candidate.name === name);
  assert.ok(section, name);
  return uki.subarray(section.rawOffset, section.rawOffset + section.virtualSize);
}

describe('a unified kernel image', () => {
  test('has the sections it was given, aligned, ascending and inside the image', async () => {
    const sections = fc.uniqueArray(
      fc.record({ name: fc.stringMatching(/^\.[a-z]{1,7}$/), bytes: fc.uint8Array({ minLength: 1, maxLength: 9000 }) }),
      { selector: ({ name }) => name, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(sections, fc.boolean(), async (given, withSbat) => {
        const wanted = given.filter(({ name }) => !['.text', '.sbat', '.linux', '.profile'].includes(name));
        const stub = minimalStub(withSbat ? { sbat: stubSbat } : {});
        const plan = await planUki({ stub, sections: wanted.map(({ name, bytes }) => ukiSection(name, bytes)) });
        const uki = await bytesOf(plan);
        assert.equal(uki.length, plan.sizeBytes);
        const image = readPeImage(uki);
        let [address, offset] = [0, 0];
        for (const section of image.sections) {
          assert.ok(section.virtualAddress >= address && section.virtualAddress % image.sectionAlignment === 0);
          assert.ok(section.rawOffset >= offset && section.rawOffset % image.fileAlignment === 0);
          address = section.virtualAddress + section.virtualSize;
          offset = section.rawOffset + section.rawSize;
        }
        const sizeOfImage = uki.readUInt32LE(image.optionalOffset + 56);
        assert.equal(sizeOfImage, Math.ceil(address / 0x1000) * 0x1000);
        assert.ok(offset <= uki.length);
        for (const { name, bytes } of wanted) {
          assert.equal(Buffer.compare(contentOf(uki, name), bytes), 0);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('has no time stamp and no checksum, and is the same each time', async () => {
    const plan = await planUki({ stub: minimalStub(), sections: parts() });
    const uki = await bytesOf(plan);
    const image = readPeImage(uki);
    assert.equal(uki.readUInt32LE(image.coffOffset + 4), 0);
    assert.equal(uki.readUInt32LE(image.optionalOffset + 64), 0);
    assert.deepEqual(await bytesOf(plan), uki);
  });

  test('extends the SBAT section of the stub in place with the entries of kernel and project', async () => {
    const kernel = minimalStub({ sbat: `${formatLine}linux,1,Kernel,linux,7.2,https://kernel.org\n\0\0` });
    const sbat = ['linux.slipway,1,Slipway,linux,7.2-1,https://slipway.example'];
    const stub = minimalStub({ sbat: stubSbat });
    const uki = await bytesOf(await planUki({ stub, sections: parts(kernel), sbat }));
    assert.equal(readPeImage(uki).sections.filter(({ name }) => name === '.sbat').length, 1);
    const expected = `${stubSbat}linux,1,Kernel,linux,7.2,https://kernel.org\n${sbat[0]}\n`;
    assert.equal(contentOf(uki, '.sbat').toString(), expected);
  });

  test('keeps the NX flag of the stub only when the kernel has it', async () => {
    for (const nx of [true, false]) {
      const uki = await bytesOf(await planUki({ stub: minimalStub(), sections: parts(minimalStub({ nx })) }));
      assert.equal((readPeImage(uki).dllCharacteristics & 0x100) !== 0, nx);
    }
  });

  test('refuses stubs without room, signed stubs and damaged stubs', async () => {
    const cases: readonly [Buffer, string][] = [
      [minimalStub({ spareHeaders: 0 }), 'DISK_UKI_STUB'],
      [minimalStub({ signed: true }), 'DISK_UKI_STUB'],
      [minimalStub().subarray(0, -1), 'DISK_UKI_STUB'],
      [minimalStub().subarray(0, 100), 'DISK_PE_INVALID'],
      [Buffer.alloc(0), 'DISK_PE_INVALID'],
    ];
    const many = Array.from({ length: 30 }, (_, index) => ukiSection(`.s${index}`, 'x'));
    for (const [stub, code] of cases) {
      await assert.rejects(planUki({ stub, sections: many }), { code });
    }
  });

  test('refuses sections that cannot be, malformed SBAT entries and kernels that are no PE image', async () => {
    const stub = minimalStub({ sbat: stubSbat });
    for (const section of [
      ukiSection('.text', 'x'),
      ukiSection('.sbat', 'x'),
      ukiSection('.toolong8', 'x'),
      ukiSection('.a', ''),
    ]) {
      await assert.rejects(planUki({ stub, sections: [section] }), { code: 'DISK_UKI_SECTION' });
    }
    const twice = [ukiSection('.osrel', 'a'), ukiSection('.osrel', 'b')];
    await assert.rejects(planUki({ stub, sections: twice }), { code: 'DISK_UKI_SECTION' });
    const huge = { name: '.initrd', sizeBytes: 2 ** 32, content: () => [] };
    await assert.rejects(planUki({ stub, sections: [huge] }), { code: 'DISK_UKI_SECTION' });
    await assert.rejects(planUki({ stub, sections: [], sbat: ['a,b'] }), { code: 'DISK_UKI_SBAT' });
    const long = [`a,1,${'x'.repeat(1024)},b,1,u`];
    await assert.rejects(planUki({ stub, sections: [], sbat: long }), { code: 'DISK_UKI_SBAT' });
    await assert.rejects(planUki({ stub, sections: [ukiSection('.linux', 'no')] }), { code: 'DISK_PE_INVALID' });
  });

  test('is not finished when a content has another size than announced', async () => {
    for (const content of ['12', '1234']) {
      const section = { name: '.initrd', sizeBytes: 3, content: () => [Buffer.from(content)] };
      const plan = await planUki({ stub: minimalStub(), sections: [section] });
      await assert.rejects(bytesOf(plan), { code: 'DISK_CONTENT_SIZE' });
    }
  });

  test('allows a profile to replace sections of the base profile', async () => {
    const profile = [ukiSection('.profile', 'ID=debug\n'), ukiSection('.cmdline', 'debug')];
    const uki = await bytesOf(await planUki({ stub: minimalStub(), sections: [...parts(), ...profile] }));
    assert.equal(readPeImage(uki).sections.filter(({ name }) => name === '.cmdline').length, 2);
  });
});

test('damaged PE images give errors, never crashes', async () => {
  const good = minimalStub({ sbat: stubSbat });
  const changes = fc.array(fc.tuple(fc.nat(0x300), fc.nat(255)), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(good.length), async (edits, length) => {
      const stub = Buffer.from(good);
      for (const [at, value] of edits) {
        stub[at] = value;
      }
      try {
        const plan = await planUki({ stub: stub.subarray(0, length), sections: parts() });
        assert.equal((await bytesOf(plan)).length, plan.sizeBytes);
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

describe('judges of unified kernel images', () => {
  test('objdump sees the sections', { skip: unlessInstalled('objdump') }, async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'test.efi');
      await writeFile(path, await bytesOf(await planUki({ stub: minimalStub({ sbat: stubSbat }), sections: parts() })));
      const listed = await runProgram('objdump', ['-h', path]);
      assert.equal(listed.status, 0, listed.stderr);
      const names = [...listed.stdout.toString().matchAll(/^ +\d+ (\S+)/gm)].map(([, name]) => name);
      assert.deepEqual(names, ['.text', '.sbat', '.osrel', '.cmdline', '.uname', '.linux', '.initrd']);
    });
  });

  test('sbverify finds a PE image without signatures and without complaint', {
    skip: unlessInstalled('sbverify') || unlessReal(),
  }, async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'test.efi');
      await writeFile(path, await bytesOf(await planUki({ stub: await readFile(realStub), sections: parts() })));
      const listed = await runProgram('sbverify', ['--list', path]);
      assert.equal(`${listed.stdout}${listed.stderr}`.trim(), 'No signature table present');
    });
  });

  test('ukify builds the same bytes but for the time stamp, and reads ours', {
    skip: unlessInJudgeTree('usr/bin/ukify') || unlessReal(),
  }, async () => {
    await inTemporaryDirectory(async (directory) => {
      const kernel = minimalStub({ nx: false });
      const sections = parts(kernel);
      const ours = await bytesOf(await planUki({ stub: await readFile(realStub), sections }));
      const files = ['osrel', 'initrd', 'linux', 'ours.efi'].map((name) => join(directory, name));
      await writeFile(join(directory, 'ours.efi'), ours);
      await writeFile(join(directory, 'osrel'), 'ID=slipway\nVERSION_ID=1\n');
      await writeFile(join(directory, 'linux'), kernel);
      await writeFile(join(directory, 'initrd'), Buffer.alloc(70_001, 'initrd'));
      const build = 'build --linux=linux --initrd=initrd --os-release=@osrel --uname=7.2.12-cloud --output=theirs.efi';
      const cmdline = '--cmdline=root=LABEL=root console=ttyS0';
      const built = await runInJudgeTree({
        files,
        command: ['ukify', ...build.split(' '), cmdline],
        async collect(inside) {
          const theirs = await readFile(join(inside, 'theirs.efi'));
          theirs.writeUInt32LE(0, readPeImage(theirs).coffOffset + 4);
          await writeFile(join(directory, 'theirs.efi'), theirs);
        },
      });
      assert.equal(built.status, 0, built.stderr);
      assert.equal(Buffer.compare(ours, await readFile(join(directory, 'theirs.efi'))), 0);
      const inspected = await runInJudgeTree({ files, command: ['ukify', 'inspect', 'ours.efi', '--json=short'] });
      assert.equal(inspected.status, 0, inspected.stderr);
      const found = JSON.parse(inspected.stdout.toString());
      assert.equal(found['.uname'].text, '7.2.12-cloud');
      assert.equal(found['.initrd'].size, 70_001);
    });
  });
});

function unlessReal(): string | false {
  return existsSync(realStub) ? false : 'systemd-boot-efi is not in ~/.cache/slipway/judge';
}
