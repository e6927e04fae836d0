import { SlipwayError } from '@slipway/core';
import { parseCertificates } from '../certificates/keyring.ts';
import { curveByOid } from '../cryptography/curves.ts';
import { hashAlgorithmByName } from '../packets/algorithms.ts';
import type { KeyPacket } from '../packets/key-packet.ts';
import { AssuanConnection } from './assuan-connection.ts';
import type { Signer, SigningInput } from './signer.ts';

export interface GpgAgentSignerOptions {
  /** `gpgconf --list-dirs agent-socket`. */
  readonly socketPath: string;
  /** The certificate, as `gpg --export` writes it, armored or binary. */
  readonly certificate: string | Uint8Array;
  /** `gpg --list-secret-keys --with-keygrip`: which secret key of the agent, 40 hexadecimal digits. */
  readonly keygrip: string;
  /** Of the key or subkey that the keygrip belongs to. Default: the primary key. */
  readonly fingerprint?: string;
}

/**
 * Signs with a key that GnuPG's agent holds, on disk or on a smart card: the secret never comes here. The agent asks
 * for a passphrase or PIN with a program of its own. RSA, ECDSA and Ed25519 of version 4. Throws `TRUST_BAD_KEY` when
 * the certificate has no such key; signing throws `TRUST_KEY_UNUSABLE`.
 */
export function gpgAgentSigner(options: GpgAgentSignerOptions): Signer {
  const { socketPath, certificate, keygrip } = options;
  const key = findKey(certificate, options.fingerprint?.toLowerCase());
  if (!/^[0-9A-Fa-f]{40}$/.test(keygrip)) {
    throw new SlipwayError(
      'TRUST_BAD_KEY',
      `Cannot use the agent's key ${keygrip}: a keygrip has 40 hexadecimal digits`,
    );
  }
  return {
    key,
    sign: async (input) => decodeSignature(key, await askAgent(socketPath, keygrip, input)),
  };
}

function findKey(source: string | Uint8Array, fingerprint: string | undefined): KeyPacket {
  const keys = parseCertificates(source).flatMap(({ primary, subkeys }) => [primary, ...subkeys.map(({ key }) => key)]);
  const found = fingerprint === undefined ? keys[0] : keys.find((key) => key.fingerprint === fingerprint);
  if (found === undefined) {
    throw new SlipwayError('TRUST_BAD_KEY', `Cannot sign with key ${fingerprint}: it is not in the certificate`);
  }
  return found;
}

async function askAgent(socketPath: string, keygrip: string, { hash, digest }: SigningInput): Promise<Buffer> {
  const agent = await AssuanConnection.open(socketPath);
  try {
    await agent.command(`SIGKEY ${keygrip.toUpperCase()}`);
    await agent.command(`SETHASH ${gcryptNumber(hash)} ${digest.toString('hex').toUpperCase()}`);
    return await agent.command('PKSIGN');
  } finally {
    agent.close();
  }
}

/** Libgcrypt numbers SHA-2 as OpenPGP does, SHA-3 from 312 on. */
function gcryptNumber(hash: SigningInput['hash']): number {
  const sha3: Readonly<Record<string, number>> = { 'sha3-256': 313, 'sha3-512': 315 };
  return sha3[hash] ?? hashAlgorithmByName(hash).id;
}

/** From the agent's canonical S-expression, for example `(7:sig-val(5:ecdsa(1:r32:…)(1:s32:…)))`. */
function decodeSignature({ material }: KeyPacket, expression: Buffer): Buffer {
  if (material.family === 'rsa') {
    return numberOf(expression, 's', material.n.length);
  }
  const halfBytes = material.family === 'ec' ? (curveByOid(material.oid)?.fieldBytes ?? 32) : 0;
  return Buffer.concat([numberOf(expression, 'r', halfBytes), numberOf(expression, 's', halfBytes)]);
}

function numberOf(expression: Buffer, name: 'r' | 's', bytes: number): Buffer {
  const match = new RegExp(`\\(1:${name}([0-9]{1,4}):`).exec(expression.toString('latin1'));
  const start = (match?.index ?? 0) + (match?.[0].length ?? 0);
  const value = expression.subarray(start, start + Number(match?.[1] ?? 0));
  const firstDigit = value.findIndex((byte) => byte !== 0);
  const digits = value.subarray(Math.max(firstDigit, 0));
  if (match === null || digits.length > bytes) {
    throw new Error('the agent gave no signature of this kind of key');
  }
  return Buffer.concat([Buffer.alloc(bytes - digits.length), digits]);
}
