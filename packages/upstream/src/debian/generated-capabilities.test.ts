import assert from 'node:assert/strict';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatDependency } from '@slipway/rpm';
import { judgeSkip, openJudge } from '../testing/judge.ts';
import { accountCapabilities, ownerRequires } from './account-capabilities.ts';
import { isLibraryPath, sonameCapabilities } from './soname-capabilities.ts';

test('only libraries in the default directories provide sonames', () => {
  assert.equal(isLibraryPath('/usr/lib/x86_64-linux-gnu/libz.so.1.3'), true);
  assert.equal(isLibraryPath('/usr/lib64/libz.so'), true);
  assert.equal(isLibraryPath('/usr/lib/x86_64-linux-gnu/perl/auto/x.so'), false);
  assert.equal(isLibraryPath('/opt/lib/libz.so.1'), false);
  assert.deepEqual(sonameCapabilities(Buffer.from('no ELF file'), 'x'), []);
});

test('sonames and versions are those that elfdeps of rpm finds', { skip: judgeSkip }, async () => {
  const judge = await openJudge('elf');
  for (const name of ['libc.so.6', 'libz.so.1', 'libzstd.so.1', 'libm.so.6']) {
    const path = `/usr/lib/x86_64-linux-gnu/${name}`;
    const output = await judge.run('/usr/lib/rpm/elfdeps', ['--provides', path]);
    const expected = [...new Set(output.trim().split('\n'))].sort();
    const bytes = await readFile(await realpath(join(judge.root, path)));
    assert.deepEqual(sonameCapabilities(bytes, name).map(formatDependency).sort(), expected);
  }
  await judge.close();
});

const sysusers = `# comment
u! chrony - "Chrony  daemon" /var/lib/chrony
g input 24 -
u root 0:0 "Super User" /root
m chrony input
r - 500-900
g adm
`;

test('users and groups are provided as the generator of rpm does', { skip: judgeSkip }, async () => {
  const judge = await openJudge('sysusers');
  await judge.write('a.conf', sysusers.replace(/^r.*\n/m, ''));
  const macros = '%{load:/usr/lib/rpm/fileattrs/sysusers.attr}';
  const provides = await judge.run('rpm', ['--eval', `${macros}%__sysusers_provides ${judge.inside}/a.conf`]);
  const requires = await judge.run('rpm', ['--eval', `${macros}%__sysusers_dependencies ${judge.inside}/a.conf`]);
  const found = accountCapabilities('/usr/lib/sysusers.d/a.conf', sysusers);
  assert.deepEqual(found.provides.map(formatDependency), lines(provides));
  assert.deepEqual(found.requires.map(formatDependency), lines(requires));
  await judge.close();
});

function lines(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}

test('the static accounts of base-passwd are provided by name', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/bash\nmail:*:8:8:mail:/var/mail:/usr/sbin/nologin\n';
  const found = accountCapabilities('/usr/share/base-passwd/passwd.master', passwd);
  assert.deepEqual(found.provides.map(formatDependency), ['user(root)', 'user(mail)']);
  const groups = accountCapabilities('/usr/share/base-passwd/group.master', 'shadow:*:42:\n');
  assert.deepEqual(groups.provides.map(formatDependency), ['group(shadow)']);
});

test('owners other than root are required', () => {
  const entries = [
    { user: 'root', group: 'root' },
    { user: 'man', group: 'mail' },
  ];
  assert.deepEqual(ownerRequires(entries).map(formatDependency), ['group(mail)', 'user(man)']);
});
