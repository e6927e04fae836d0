import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { parseCertificates } from '@slipway/trust';
import { databaseContents } from '../testing/database-rows.ts';
import { Judge, noJudge } from '../testing/judge.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { readInstalledKey } from './installed-key.ts';
import { readRpmDatabase } from './read-database.ts';
import { writeRpmDatabase } from './write-database.ts';

const noData = existsSync(rpmData) ? false : 'the shared RPM data is not there';
const directory = await mkdtemp(join(tmpdir(), 'slipway-keys-'));
after(() => rm(directory, { recursive: true }));
const installTime = 1_700_000_000;

test('an imported key is recorded as rpm does it, whatever its version and algorithm', {
  skip: noData || noJudge,
}, async () => {
  const judge = await Judge.open();
  try {
    for (const path of globSync('rpms/keys/**/*.asc', { cwd: rpmData })) {
      await judge.add(join(rpmData, path));
    }
    const inside = `/tmp/${basename(judge.directory)}`;
    const log = await judge.run(
      `for f in *.asc; do SOURCE_DATE_EPOCH=${installTime} rpmkeys --dbpath ${inside}/$f.db --import $f && echo "imported $f"; done`,
    );
    const imported = [...log.stdout.matchAll(/^imported (.*)$/gm)].map((match) => match[1] ?? '');
    const versions = new Set<number>();
    let compared = 0;
    for (const name of imported) {
      const certificates = parseCertificates(readFileSync(join(judge.directory, name)));
      const theirs = join(judge.directory, `${name}.db/rpmdb.sqlite`);
      const [recorded, more] = readRpmDatabase(theirs);
      const key = recorded === undefined ? undefined : readInstalledKey(recorded.header);
      // of several copies of one certificate rpm makes one, and a private key becomes a public one
      const certificate = certificates.find(({ bytes }) => key?.packets.equals(bytes));
      if (certificate === undefined || more !== undefined || key === undefined) {
        continue;
      }
      const ours = join(directory, `${name}.sqlite`);
      await writeRpmDatabase(ours, [{ certificate, userId: key.userId, installTime }]);
      assert.deepEqual(databaseContents(ours), databaseContents(theirs), name);
      versions.add(certificate.primary.version);
      compared++;
    }
    assert.deepEqual([...versions].sort(), [4, 6], log.stderr);
    assert.ok(compared > 8, `${compared} of ${imported.length}`);
  } finally {
    await judge.close();
  }
});
