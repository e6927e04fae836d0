import { copyFile, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256 } from '@slipway/core';
import { writeRepository } from '@slipway/repo';
import { openPackage, packageMetadata, removeSignatures, signPackage } from '@slipway/rpm';
import { armorSignature, generateSigningKey, type SigningKey, signDetached } from '@slipway/trust';

/** What an attacker who controls a mirror can do to one package of a repository. */
export type Forgery = 'unsigned' | 'signed-by-another-key' | 'payload-changed' | 'unchanged';

/** 2026-11-01. */
const time = 1_793_491_200;

/**
 * A repository of one package with the forgery, with metadata that agrees with the forged file and is signed by
 * a key of the attacker's own. Gives the armored public key.
 */
export async function writeForgedRepository(directory: string, packagePath: string, forgery: Forgery): Promise<string> {
  const key = await generateSigningKey({ userId: 'somebody else', created: time, algorithm: 'ed25519' });
  await mkdir(directory, { recursive: true });
  const path = join(directory, basename(packagePath));
  await forge(packagePath, path, { forgery, key });
  const pkg = await openPackage(path);
  const bytes = await readFile(path);
  const entry = {
    metadata: packageMetadata(pkg.header, pkg.signature),
    locationHref: basename(path),
    digest: sha256(bytes),
    sizeBytes: bytes.length,
    headerRange: pkg.headerRange,
    fileTime: time,
  };
  const sign = async (repomd: Uint8Array) => armorSignature(await signDetached(key, repomd, { created: time }));
  await writeRepository(directory, [entry], { time, sign });
  await writeFile(join(directory, 'key.asc'), key.publicKeyArmored);
  return key.publicKeyArmored;
}

async function forge(
  source: string,
  target: string,
  { forgery, key }: { readonly forgery: Forgery; readonly key: SigningKey },
): Promise<void> {
  switch (forgery) {
    case 'unchanged':
      return copyFile(source, target);
    case 'payload-changed':
      await copyFile(source, target);
      return flipLastBytes(target);
    case 'unsigned':
      return removeSignatures(await openPackage(source), target);
    case 'signed-by-another-key': {
      const unsigned = `${target}.unsigned`;
      await removeSignatures(await openPackage(source), unsigned);
      await signPackage(await openPackage(unsigned), unsigned, (header) =>
        signDetached(key, header, { created: time }),
      );
      return rename(unsigned, target);
    }
  }
}

/** The last bytes of a package belong to its payload. */
async function flipLastBytes(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(16);
    await file.read(bytes, 0, bytes.length, size - bytes.length);
    await file.write(
      bytes.map((byte) => byte ^ 0xff),
      0,
      bytes.length,
      size - bytes.length,
    );
  } finally {
    await file.close();
  }
}
