import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chooseLogin, interactiveSeed } from './interactive-seed.ts';
import { writeSeedVolume } from './seed-volume.ts';

function run(command: string, ...args: string[]): string {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  assert.equal(result.status, 0, `${command}: ${result.stdout}${result.stderr}`);
  return result.stdout;
}

const missing = ['fsck.vfat', 'mtype', 'blkid'].filter((tool) => spawnSync('which', [tool]).status !== 0);
const skip = missing.length > 0 && `not installed: ${missing.join(', ')}`;

test('blkid finds the seed by its label, and mtools read what cloud-init will read', { skip }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-seed-'));
  try {
    const path = join(directory, 'seed.img');
    const seed = interactiveSeed({
      login: { kind: 'password', password: 'x"y' },
      instance: 'slipway-1',
      repositoryPort: 80,
    });
    await writeSeedVolume(path, seed, 1_790_000_000);

    run('fsck.vfat', '-n', path);
    assert.match(run('blkid', '-p', path), / LABEL="CIDATA".* TYPE="vfat"/);
    assert.equal(run('mtype', '-i', path, '::user-data'), seed.userData);
    assert.equal(run('mtype', '-i', path, '::meta-data'), seed.metaData);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('without an ssh key there is a password, and a new one each time', async () => {
  const logins = [await chooseLogin('/nonexistent'), await chooseLogin('/nonexistent')];

  const passwords = new Set(logins.map((login) => (login.kind === 'password' ? login.password : '')));
  assert.equal(passwords.size, 2);
  assert.ok([...passwords].every((password) => password.length >= 16));
});

test('the seed is a cloud-config with the key and the mirror, and no password', () => {
  const login = { kind: 'ssh-key', publicKeys: ['ssh-ed25519 AAAA me'], files: [] } as const;
  const { userData } = interactiveSeed({ login, instance: 'i', repositoryPort: 8123 });

  assert.ok(userData.startsWith('#cloud-config\n'));
  const config = JSON.parse(userData.slice(userData.indexOf('\n')));
  assert.deepEqual(config.users[0].ssh_authorized_keys, ['ssh-ed25519 AAAA me']);
  assert.equal(config.users[0].plain_text_passwd, undefined);
  assert.equal(config.ssh_pwauth, false);
  assert.equal(config.write_files[0].content, 'http://10.0.2.2:8123\n');
});
