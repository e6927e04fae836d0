import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { openPackage } from '../package/open-package.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { readPayload } from './read-payload.ts';
import { verifyDigests } from './verify-digests.ts';

const skip = existsSync(rpmData) ? false : 'the shared RPM data is not there';

interface Verdict {
  readonly file: string;
  readonly query_rc: number;
  readonly checksig_rc: number;
  readonly checksig: readonly string[];
  readonly cpio_rc: number;
}

function loadVerdicts(directory: string): Verdict[] {
  return JSON.parse(readFileSync(join(rpmData, directory, 'oracle.json'), 'utf8')) as Verdict[];
}

/** `ok`, or the code of the failure. */
async function outcomeOf(path: string): Promise<string> {
  try {
    for await (const { content } of readPayload(await openPackage(path))) {
      for await (const _ of content);
    }
    return 'ok';
  } catch (error) {
    assert.ok(error instanceof SlipwayError, `${path}: ${error}`);
    return error.code;
  }
}

test('the payloads of 192 real packages are read whenever rpm reads them', { skip }, async (context) => {
  let withoutXz = 0;
  for (const { file, cpio_rc } of loadVerdicts('rpms')) {
    const outcome = await outcomeOf(join(rpmData, 'rpms', file));
    if (outcome === 'FORMATS_XZ_MISSING') {
      withoutXz++;
    } else {
      assert.equal(outcome === 'ok', cpio_rc === 0, `${file}: ${outcome}`);
    }
  }
  if (withoutXz > 0) {
    context.diagnostic(`${withoutXz} payloads were skipped: the xz decoder is not installed`);
  }
});

test('no payload is accepted that rpm cannot read, and none that it finds changed', { skip }, async () => {
  for (const { file, query_rc, cpio_rc, checksig } of loadVerdicts('malformed')) {
    if (query_rc === 0) {
      const outcome = await outcomeOf(join(rpmData, 'malformed', file));
      const isBad = cpio_rc !== 0 || checksig.some((line) => line.startsWith('Payload SHA256 digest: BAD'));
      assert.ok(outcome !== 'ok' || !isBad, `${file} was accepted`);
    }
  }
});

const hashNames: Readonly<Record<string, string>> = { SHA256: 'sha256', SHA512: 'sha512', 'SHA3-256': 'sha3-256' };

test('digests hold exactly when rpmkeys says so', { skip }, async () => {
  let compared = 0;
  for (const directory of ['rpms', 'malformed']) {
    for (const verdict of loadVerdicts(directory).filter(({ query_rc }) => query_rc === 0)) {
      const { checks, verified } = await verifyDigests(await openPackage(join(rpmData, directory, verdict.file)));
      for (const line of verdict.checksig) {
        const [, part = '', hash = '', outcome] = /^(\w+) (\S+) digest: (OK|BAD)/.exec(line) ?? [];
        if (outcome !== undefined) {
          const check = checks.find((item) => item.covers === part.toLowerCase() && item.hash === hashNames[hash]);
          assert.equal(check?.holds, outcome === 'OK', `${verdict.file}: ${line}`);
          compared++;
        }
      }
      assert.ok(verified || verdict.checksig_rc !== 0, `${verdict.file} was not verified`);
    }
  }
  assert.ok(compared > 400, `${compared} digests compared`);
});

test('of hard links the last one carries the content', { skip }, async () => {
  const path = join(rpmData, 'rpms/rpm-testsuite/tests/data/RPMS/hlinktest-1.0-1.noarch.rpm');
  const groups = new Map<string, boolean[]>();
  for await (const { links, holdsContent } of readPayload(await openPackage(path))) {
    if (links.length > 1) {
      groups.set(links.join(), [...(groups.get(links.join()) ?? []), holdsContent]);
    }
  }
  assert.ok(groups.size > 0);
  for (const [links, holding] of groups) {
    assert.equal(holding.length, links.split(',').length);
    assert.equal(holding.indexOf(true), holding.length - 1);
  }
});
