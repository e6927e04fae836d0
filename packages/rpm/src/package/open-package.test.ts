import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import type { Header } from '../header/header.ts';
import { headerType, isStringType } from '../header/header-type.ts';
import { tag } from '../header/tags.ts';
import { packageMetadata } from '../metadata/read-metadata.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { openPackage, readPackage } from './open-package.ts';

const packages = join(rpmData, 'rpms');
const malformed = join(rpmData, 'malformed');
const skip = existsSync(packages) ? false : 'the shared RPM data is not there';

interface Verdict {
  readonly file: string;
  readonly query_rc: number;
}

type JsonHeader = Readonly<Record<string, unknown>>;

test('every value of 192 real packages is read as rpm reads it', { skip }, async () => {
  const lines = readFileSync(join(packages, 'headers.jsonl'), 'utf8').trim().split('\n');
  let compared = 0;
  for (const line of lines) {
    const { file, header: expected } = JSON.parse(line) as { file: string; header: JsonHeader };
    const { header } = await openPackage(join(packages, file));
    for (const [name, tagNumber] of Object.entries(tag)) {
      const key = `${name[0]?.toUpperCase()}${name.slice(1).toLowerCase()}`;
      if (key in expected && header.has(tagNumber)) {
        compared += compareValue(jsonValue(header, tagNumber), asList(expected[key]), `${file} ${name}`);
      }
    }
    checkMetadata(header, expected, file);
  }
  assert.equal(lines.length, 192);
  assert.ok(compared > 9_000, `${compared} values compared`);
});

/** The recorded answers lost the bytes that are not UTF-8: those values count for nothing. */
function compareValue(value: unknown[], expected: unknown[], what: string): 0 | 1 {
  if (JSON.stringify(expected).includes('\ufffd')) {
    return 0;
  }
  assert.deepEqual(value, expected, what);
  return 1;
}

function jsonValue(header: Header, tagNumber: number): unknown[] {
  const type = header.entry(tagNumber)?.type ?? headerType.binary;
  if (type === headerType.binary) {
    return [header.bytes(tagNumber)?.toString('base64')];
  }
  return isStringType(type) ? header.strings(tagNumber) : header.numbers(tagNumber);
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function checkMetadata(header: Header, expected: JsonHeader, file: string): void {
  const metadata = packageMetadata(header);
  const column = (name: string) => asList(expected[name] ?? []);
  assert.equal(metadata.name, expected.Name, file);
  assert.equal(metadata.evr.epoch, expected.Epoch ?? 0, file);
  assert.deepEqual(
    metadata.files.map(({ mode }) => mode),
    column('Filemodes'),
    file,
  );
  for (const [relation, name] of Object.entries({ requires: 'Requirename', provides: 'Providename' } as const)) {
    const dependencies = metadata[relation as 'requires' | 'provides'];
    assert.deepEqual(
      dependencies.map((dependency) => dependency.name),
      column(name),
      file,
    );
  }
}

test('of 269 malformed packages exactly those are refused that rpm refuses', { skip }, async () => {
  const verdicts = JSON.parse(readFileSync(join(malformed, 'oracle.json'), 'utf8')) as Verdict[];
  const outcomes = await Promise.all(verdicts.map(({ file }) => isAccepted(join(malformed, file))));
  const wrong = verdicts.filter(({ query_rc }, i) => outcomes[i] !== (query_rc === 0));
  assert.deepEqual(wrong, []);
  assert.equal(outcomes.filter((accepted) => !accepted).length, 168);
});

async function isAccepted(path: string): Promise<boolean> {
  try {
    const { header, signature } = await openPackage(path);
    packageMetadata(header, signature);
    return true;
  } catch (error) {
    assert.ok(error instanceof SlipwayError, `${path}: ${error}`);
    return false;
  }
}

test('no change of a package makes reading fail with anything but a SlipwayError', { skip }, async () => {
  const bytes = readFileSync(join(packages, 'rpm-testsuite/tests/data/RPMS/hello-2.0-1.x86_64.rpm')).subarray(0, 4500);
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const changed = Buffer.from(bytes);
      for (const [at, value] of changes) {
        changed.writeUInt8(value, at);
      }
      try {
        const { header, signature } = await readPackage(changed, 'changed.rpm');
        packageMetadata(header, signature);
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
