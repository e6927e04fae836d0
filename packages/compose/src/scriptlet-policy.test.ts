import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError, sha256 } from '@slipway/core';
import type { Scriptlet } from '@slipway/rpm';
import { decideScriptlets } from './scriptlet-policy.ts';
import { samplePackage } from './testing/sample-packages.ts';

function shell(kind: Scriptlet['kind'], body: string, rest: Partial<Scriptlet> = {}): Scriptlet {
  return { kind, interpreter: ['/bin/sh'], body, conditions: [], ...rest };
}

function decide(scriptlet: Scriptlet, policy: Parameters<typeof decideScriptlets>[1] = []) {
  return decideScriptlets([samplePackage('pkg', {}, [scriptlet]).chosen], policy)[0];
}

test('commands that composing carries out are emulated', () => {
  const bodies = [
    'ldconfig',
    '/sbin/ldconfig',
    '/usr/sbin/ldconfig -X',
    'systemd-sysusers basic.conf',
    '# a comment\nsystemd-tmpfiles --create x.conf >/dev/null 2>&1 || :',
    'systemd-hwdb update || true',
    'journalctl --update-catalog',
    'depmod -a 7.0',
    'systemctl --no-reload preset a.service',
    'systemctl daemon-reload',
    'update-ca-certificates',
    ':\ntrue\nexit 0',
    '',
  ];
  for (const body of bodies) {
    assert.equal(decide(shell('post', body))?.decision, 'emulated', body);
  }
  const program: Scriptlet = { kind: 'post', interpreter: ['/sbin/ldconfig'], body: '', conditions: [] };
  assert.match(decide(program)?.reason ?? '', /linker cache/);
});

test('anything else is unknown', () => {
  for (const body of [
    'ldconfig; rm -rf /',
    'ldconfig && useradd x',
    'ldconfig | sh',
    'ldconfig $(touch /x)',
    'ldconfig `touch /x`',
    'ldconfig > /etc/x',
    'systemctl preset a.service & rm x',
    'systemctl enable a.service',
    'ldconfigx',
    'echo x',
    'if true; then\nldconfig\nfi',
  ]) {
    assert.throws(() => decide(shell('post', body)), { code: 'COMPOSE_UNKNOWN_SCRIPTLET' }, body);
  }
  const lua: Scriptlet = { kind: 'pretrans', interpreter: ['<lua>'], body: 'os.remove("x")', conditions: [] };
  assert.throws(() => decide(lua), { code: 'COMPOSE_UNKNOWN_SCRIPTLET' });
});

test('scriptlets of removals and later events do not run', () => {
  for (const kind of ['preun', 'postun', 'preuntrans', 'postuntrans', 'verify'] as const) {
    assert.equal(decide(shell(kind, 'rm -rf /'))?.decision, 'not-at-install');
  }
  const trigger = shell('trigger', 'rm x', { event: 'postun', conditions: ['other'] });
  assert.equal(decide(trigger)?.decision, 'not-at-install');
});

test('the project decides by package, section and digest', () => {
  const scriptlet = shell('post', 'echo x');
  const entry = {
    package: 'pkg',
    kind: 'post',
    sha256: sha256('echo x'),
    action: 'skip',
    reason: 'only says x',
  } as const;
  assert.deepEqual(decide(scriptlet, [entry]), {
    package: 'pkg',
    kind: 'post',
    section: 'post',
    digest: sha256('echo x'),
    decision: 'skipped',
    reason: 'only says x',
  });
  const others = [
    { ...entry, sha256: sha256('echo y') },
    { ...entry, package: 'other' },
    { ...entry, kind: 'pre' as const },
  ];
  for (const other of others) {
    assert.throws(() => decide(scriptlet, [other]), { code: 'COMPOSE_UNKNOWN_SCRIPTLET' });
  }
  const fileTrigger = shell('transaction-file-trigger', 'echo x', { event: 'in', conditions: ['/usr/lib'] });
  assert.equal(decide(fileTrigger, [{ ...entry, kind: 'transfiletriggerin' }])?.decision, 'skipped');
});

test('all unknown scriptlets are told at once', () => {
  const pkg = samplePackage('pkg', {}, [shell('pre', 'a b'), shell('post', 'ldconfig'), shell('post', 'c d')]);
  assert.throws(
    () => decideScriptlets([pkg.chosen], []),
    (error) => error instanceof SlipwayError && /pkg %pre .*; pkg %post /.test(error.message),
  );
});
