import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readTextIfPresent } from '@slipway/core';
import type { CloudSeed } from './seed-volume.ts';

/** How a person gets into the machine. */
export type Login =
  | { readonly kind: 'ssh-key'; readonly publicKeys: readonly string[]; readonly files: readonly string[] }
  | { readonly kind: 'password'; readonly password: string };

export const loginUser = 'slipway';

/** Address of the host in qemu's user network. */
const hostAddress = '10.0.2.2';

const keyNames = ['id_ed25519.pub', 'id_ecdsa.pub', 'id_rsa.pub'];

/** The user's own public ssh keys, or a new random password where there is none. */
export async function chooseLogin(home: string = homedir()): Promise<Login> {
  const files = keyNames.map((name) => join(home, '.ssh', name));
  const texts = await Promise.all(files.map((file) => readTextIfPresent(file).catch(() => undefined)));
  const found = files.flatMap((file, index) => {
    const key = texts[index]?.trim();
    return key === undefined || key === '' ? [] : [{ file, key }];
  });
  if (found.length === 0) {
    return { kind: 'password', password: randomBytes(12).toString('base64url') };
  }
  return { kind: 'ssh-key', publicKeys: found.map(({ key }) => key), files: found.map(({ file }) => file) };
}

/**
 * A user `slipway` who may become root with sudo. With `repositoryPort` dnf takes the packages from the host's port
 * instead of the distribution's mirror. `instance` names this boot to cloud-init.
 */
export function interactiveSeed(options: {
  readonly login: Login;
  readonly instance: string;
  readonly repositoryPort?: number;
}): CloudSeed {
  const { login, instance, repositoryPort } = options;
  const user = {
    name: loginUser,
    gecos: 'Slipway',
    groups: ['sudo'],
    sudo: 'ALL=(ALL) NOPASSWD:ALL',
    shell: '/bin/bash',
  };
  const access =
    login.kind === 'ssh-key'
      ? { ssh_authorized_keys: login.publicKeys }
      : { lock_passwd: false, plain_text_passwd: login.password };
  const mirror =
    repositoryPort === undefined
      ? {}
      : { write_files: [{ path: '/etc/dnf/vars/slipway_mirror', content: `${mirrorAddress(repositoryPort)}\n` }] };
  // JSON is YAML (YAML 1.2, section 1.3), and needs no rules for quoting.
  const config = { users: [{ ...user, ...access }], ssh_pwauth: login.kind === 'password', ...mirror };
  return {
    userData: `#cloud-config\n${JSON.stringify(config, null, 2)}\n`,
    metaData: `${JSON.stringify({ 'instance-id': instance })}\n`,
  };
}

/** How a guest reaches a port on the host's loopback. */
export function mirrorAddress(port: number): string {
  return `http://${hostAddress}:${port}`;
}
