import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatHeaderJson } from '../header/format-header-json.ts';
import { packageMetadata } from '../metadata/read-metadata.ts';
import { openPackage } from '../package/open-package.ts';
import { queryHeader } from '../package/query-header.ts';
import { namedArchive } from '../payload/named-archive.ts';
import { readPayload } from '../payload/read-payload.ts';
import { fullFileContents, fullPackage } from '../testing/full-package.ts';
import { Judge, noJudge } from '../testing/judge.ts';
import { verifyPackage } from '../verification/verify-package.ts';
import type { PackageFormat, PayloadCompression } from './package-form.ts';
import { writePackage } from './write-package.ts';

const directory = await mkdtemp(join(tmpdir(), 'slipway-rpm-forms-'));
after(() => rm(directory, { recursive: true, force: true }));

const formats: readonly PackageFormat[] = [4, 6];
const compressions: readonly PayloadCompression[] = ['zstd', 'xz', 'gzip', 'none'];
const forms = formats.flatMap((format) => compressions.map((compression) => ({ format, compression })));

async function write(form: (typeof forms)[number]): Promise<string> {
  const path = join(directory, `full-${form.format}-${form.compression}.rpm`);
  await writePackage(path, fullPackage, fullFileContents(), form);
  return path;
}

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    parts.push(Buffer.from(chunk));
  }
  return Buffer.concat(parts);
}

for (const form of forms) {
  const name = `format ${form.format} with ${form.compression}`;

  test(`${name}: same input, same bytes, and everything is read back`, async () => {
    const first = await readFile(await write(form));
    const path = await write(form);
    assert.ok(first.equals(await readFile(path)));
    const pkg = await openPackage(path);
    const { scriptlets, files } = packageMetadata(pkg.header, pkg.signature);
    assert.deepEqual(scriptlets, fullPackage.scriptlets);
    assert.equal(files.length, fullPackage.files.length);
    let contents = 0;
    for await (const { content, holdsContent } of readPayload(pkg)) {
      await gather(content);
      contents += holdsContent ? 1 : 0;
    }
    assert.equal(contents, [...fullFileContents()].length);
    const { items, digestsFail } = await verifyPackage(pkg, { at: 0, weakDigests: true });
    assert.equal(digestsFail, false, items.map(({ line }) => line).join('\n'));
  });

  test(`${name}: rpm agrees with what was meant`, { skip: noJudge }, async () => {
    const judge = await Judge.open();
    try {
      const path = await write(form);
      await judge.add(path);
      await judgePackage(judge, path);
    } finally {
      await judge.close();
    }
  });
}

async function judgePackage(judge: Judge, path: string): Promise<void> {
  const output = async (command: string) => {
    const { status, stdout, stderr } = await judge.run(command);
    assert.equal(status, 0, `${command}: ${stderr}`);
    return stdout;
  };
  const pkg = await openPackage(path);
  assert.equal(await output('rpm -qp --json *.rpm'), formatHeaderJson(queryHeader(pkg)).toString());
  const verdict = (await verifyPackage(pkg, { at: 0 })).items.map(({ line }) => `    ${line}\n`);
  assert.equal((await output('rpmkeys -Kv *.rpm')).split('\n').slice(1).join('\n'), verdict.join(''));
  await output('rpm2cpio *.rpm > archive.cpio');
  assert.ok((await readFile(join(judge.directory, 'archive.cpio'))).equals(await gather(namedArchive(pkg))));

  assert.equal(await output('LANG=C rpm -qp --qf "%{SUMMARY}" *.rpm'), fullPackage.summary);
  assert.match(await output('rpm -qpc *.rpm'), /^\/etc\/full.conf\n\/etc\/full.keep\n\/etc\/full.maybe\n$/);
  assert.match(await output('rpm -qpd *.rpm'), /^\/usr\/share\/doc\/full\/README\n$/);
  assert.match(await output('rpm -qpL *.rpm'), /^\/usr\/share\/licenses\/full\/COPYING\n$/);
  assert.match(await output('rpm -qp --requires *.rpm'), /^\(a >= 1 if b else c\)$/m);
  assert.match(await output('rpm -qp --filetriggers *.rpm'), /^filetriggerin .*\/usr\/lib\/x, \/usr\/lib\/y$/m);

  const priorities = "rpm -qp --qf '[%{FILETRIGGERPRIORITIES} ][%{TRANSFILETRIGGERPRIORITIES}]' *.rpm";
  assert.equal(await output(priorities), '5 1000000 2000000');

  await output('mkdir -p root/etc && cp /etc/passwd /etc/group root/etc/');
  await output('rpm -i --root $PWD/root --nodeps --noscripts --notriggers *.rpm');
  assert.equal(await output('rpm --root $PWD/root -qa'), 'full-1.5-2.x86_64\n');
  assert.equal(await output('rpm --root $PWD/root -V --nodeps --noscripts full'), '');
  assert.equal(
    (await output('stat -c "%h %F" root/usr/bin/full-1 root/usr/share/full/pipe')).trim(),
    '3 regular file\n1 fifo',
  );
  await output('rpm -e --root $PWD/root --nodeps --noscripts --notriggers full');
}
