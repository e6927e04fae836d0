import { chmod, link, mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fileError,
  hasErrno,
  readTextIfPresent,
  SlipwayError,
  temporaryBeside,
  writeFileAtomically,
} from '@slipway/core';
import { generateSigningKey, type KeyRequest, parseSigningKey, type SigningKey } from './signing-key.ts';

const privateKeyName = 'signing-key.asc';
const publicKeyName = 'signing-key.pub';

/**
 * The development key of a project: `signing-key.asc` (and `signing-key.pub` beside it) in `directory`, made on first
 * use, readable by the owner only. Two processes that start together get the same key.
 * Throws `TRUST_KEY_EXPOSED` when others could have read or replaced it, `TRUST_BAD_KEY`, `CORE_FILE_ACCESS`.
 */
export async function loadOrCreateKey(directory: string, request: KeyRequest): Promise<SigningKey> {
  await makePrivateDirectory(directory);
  const path = join(directory, privateKeyName);
  const stored = await loadKey(path);
  if (stored !== undefined) {
    return stored;
  }
  const generated = await generateSigningKey(request);
  await createFile(path, generated.privateKeyArmored);
  const key = (await loadKey(path)) ?? generated;
  await writeFileAtomically(join(directory, publicKeyName), key.publicKeyArmored, 0o600);
  return key;
}

async function makePrivateDirectory(directory: string): Promise<void> {
  try {
    if ((await mkdir(directory, { recursive: true, mode: 0o700 })) !== undefined) {
      await chmod(directory, 0o700); // whatever the umask says
    }
  } catch (cause) {
    throw fileError('write', directory, cause);
  }
  await refuseAccess(directory, 0o022, 'can be changed');
}

async function loadKey(path: string): Promise<SigningKey | undefined> {
  const text = await readTextIfPresent(path);
  if (text === undefined) {
    return undefined;
  }
  await refuseAccess(path, 0o077, 'can be read');
  return parseSigningKey(text);
}

async function refuseAccess(path: string, bits: number, what: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & bits) !== 0) {
    throw new SlipwayError('TRUST_KEY_EXPOSED', `Cannot use the signing key: ${path} ${what} by other users`, {
      hint: `chmod go-rwx ${path}, or remove the key if somebody may have copied it`,
      at: { file: path },
    });
  }
}

/** Whole or not at all, and never over an existing file: link(2) fails where rename(2) would replace. */
async function createFile(path: string, content: string): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path);
  } catch (cause) {
    if (!hasErrno(cause, 'EEXIST')) {
      throw fileError('write', path, cause);
    }
  } finally {
    await rm(temporary, { force: true });
  }
}
