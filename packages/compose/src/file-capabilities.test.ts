import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { decodeFileCapabilities, encodeFileCapabilities } from './file-capabilities.ts';

const skip = toolsMissing();

test('the attribute has revision, effective bit and both sets', () => {
  const bytes = Buffer.from(encodeFileCapabilities('cap_net_raw,cap_checkpoint_restore=ep', '/x'));
  assert.equal(bytes.toString('hex'), '010000020020000000000000' + '0001000000000000');
  const inheritable = Buffer.from(encodeFileCapabilities('cap_chown=i', '/x'));
  assert.equal(inheritable.toString('hex'), '000000020000000001000000' + '0000000000000000');
});

test('text that is no capability is an error', () => {
  for (const text of ['', 'cap_nosuch=ep', 'cap_chown', 'cap_chown=x', 'cap_chown=ep;', 'cap_chown=eip cap_bpf+p']) {
    assert.throws(() => encodeFileCapabilities(text, '/x'), { code: 'COMPOSE_BAD_CAPABILITY' });
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        assert.equal(encodeFileCapabilities(text, '/x').length, 20);
      } catch (error) {
        assert.ok(error instanceof SlipwayError);
      }
    }),
  );
});

test('the text form gives the same bytes again', () => {
  const names = ['cap_chown', 'cap_net_raw', 'cap_syslog', 'cap_checkpoint_restore'];
  fc.assert(
    fc.property(
      fc.subarray(names, { minLength: 1 }),
      fc.constantFrom('p', 'i', 'ep', 'ei', 'ip', 'eip'),
      (caps, flags) => {
        const text = `${caps.join()}=${flags}`;
        assert.equal(decodeFileCapabilities(encodeFileCapabilities(text, '/x')), text);
      },
    ),
  );
  assert.equal(decodeFileCapabilities(encodeFileCapabilities('all=ep', '/x')), '=ep');
});

test('bytes without a plain text form have none', () => {
  assert.equal(decodeFileCapabilities(encodeFileCapabilities('cap_chown=p cap_kill=i', '/x')), undefined);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
      const text = decodeFileCapabilities(bytes);
      assert.ok(text === undefined || Buffer.from(encodeFileCapabilities(text, '/x')).equals(bytes));
    }),
  );
});

test('the bytes are those that setcap writes', { skip }, (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-caps-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'program');
  for (const text of [
    'cap_net_raw=ep',
    'cap_net_raw,cap_net_admin=ep',
    'cap_net_bind_service+ep',
    '= cap_net_raw+ep',
    'cap_setuid=ep cap_setgid=ep',
    'cap_chown=i',
    'cap_chown=eip cap_bpf+ep',
    'cap_chown,cap_fowner=p cap_chown-p',
    'CAP_SYS_ADMIN=p',
    'cap_checkpoint_restore=ep',
    'cap_sys_chroot=p cap_sys_chroot+i',
  ]) {
    writeFileSync(file, '');
    const set = spawnSync('setcap', ['-q', text, file], { encoding: 'utf8' });
    if (set.status === 0) {
      assert.equal(Buffer.from(encodeFileCapabilities(text, file)).toString('hex'), attributeOf(file), text);
    } else {
      assert.fail(`${text}: ${set.stderr}`);
    }
  }
});

function attributeOf(file: string): string {
  const code = 'import os,sys; print(os.getxattr(sys.argv[1], "security.capability").hex())';
  return spawnSync('python3', ['-c', code, file], { encoding: 'utf8' }).stdout.trim();
}

function toolsMissing(): string | false {
  if (process.getuid?.() !== 0) {
    return 'setting file capabilities needs root';
  }
  const missing = ['setcap', 'python3'].filter((tool) => spawnSync(tool, ['-h']).error !== undefined);
  return missing.length > 0 ? `${missing.join(', ')} not installed` : false;
}
