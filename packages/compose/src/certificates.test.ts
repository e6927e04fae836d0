import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { judgesMissing, judgeTree } from '../../../test/support/judge-tree.ts';
import { formatCertificateBundle } from './certificates.ts';

const sources = join(judgeTree, 'usr/share/ca-certificates/mozilla');
const opensslMissing = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed';
const skip =
  judgesMissing() || opensslMissing || (existsSync(sources) ? false : 'ca-certificates is not in the tree of judges');

function certificates() {
  return readdirSync(sources)
    .sort()
    .map((name) => ({ path: join(sources, name), text: readFileSync(join(sources, name), 'utf8') }));
}

test('OpenSSL loads every certificate of the bundle', { skip }, (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-ca-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const bundle = join(directory, 'bundle.crt');
  writeFileSync(bundle, formatCertificateBundle(certificates()));
  const listed = spawnSync('openssl', ['storeutl', '-noout', '-certs', bundle], { encoding: 'utf8' });
  assert.equal(listed.status, 0, listed.stderr);
  assert.match(listed.stdout, new RegExp(`Total found: ${certificates().length}\\b`));
  const self = spawnSync('openssl', ['verify', '-CAfile', bundle, certificates()[0]?.path as string], {
    encoding: 'utf8',
  });
  assert.match(self.stdout, /: OK/);
});

test('a certificate is in the bundle once, and files may have several', { skip }, () => {
  const [one, two] = certificates();
  assert.ok(one !== undefined && two !== undefined);
  const both = { path: '/both.crt', text: `comment\n${one.text}\n${two.text}` };
  assert.equal(formatCertificateBundle([both, one, two]).match(/BEGIN/g)?.length, 2);
  assert.equal(formatCertificateBundle([one, both]), formatCertificateBundle([one, two]));
});

test('a file without a readable certificate is an error with its path', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  for (const text of ['', 'text', '-----BEGIN CERTIFICATE-----\n', broken]) {
    assert.throws(() => formatCertificateBundle([{ path: '/x.crt', text }]), {
      code: 'COMPOSE_BAD_CONFIG',
      at: { file: '/x.crt' },
    });
  }
});
