import { createHash } from 'node:crypto';
import type { Certificate } from '@slipway/trust';
import type { Header } from '../header/header.ts';
import { i18nEntry, int32Entry, stringArrayEntry, stringEntry } from '../header/header-entry.ts';
import { readHeader } from '../header/read-header.ts';
import { signatureTag, tag } from '../header/tags.ts';
import { writeHeader } from '../header/write-header.ts';
import { sense } from '../sense.ts';
import { appendEntries } from './installed-header.ts';
import { keyPackageName } from './installed-key.ts';
import { installedTag } from './installed-tags.ts';

/** A certificate whose signatures rpm shall trust, as `rpmkeys --import` records it. */
export interface KeyToInstall {
  /** Whether it is to be trusted is the caller's decision: nothing of it is verified here. */
  readonly certificate: Certificate;
  /** The primary user id when it is not the first one. */
  readonly userId?: string;
  /** Seconds since 1970; also the number of the transaction. */
  readonly installTime: number;
}

/** Of rpm 6.1, which stands in the header as the maker. */
const rpmVersion = '6.1.0';
/** RPMSENSE_KEYRING. */
const keyringBit = 1 << 26;

/** The `gpg-pubkey` header of a certificate, as rpm 6.1 makes it (lib/keystore.cc, makePubkeyHeader). */
export function keyHeader({ certificate, userId: primary, installTime }: KeyToInstall): Header {
  const { version, fingerprint, keyId, created } = certificate.primary;
  const userId = primary ?? firstUserId(certificate) ?? 'none';
  const text = wrappedBase64(certificate.bytes);
  const release = created.toString(16);
  const provides = [userId, keyId.slice(8), keyId].map((name) => `gpg(${name})`);
  const bytes = writeHeader(
    [
      stringArrayEntry(installedTag.publicKeys, [text]),
      stringEntry(tag.name, keyPackageName),
      stringEntry(tag.version, fingerprint),
      stringEntry(tag.release, release),
      i18nEntry(tag.summary, [`${userId} public key`]),
      i18nEntry(tag.description, [armored(certificate.bytes, text)]),
      int32Entry(tag.buildTime, [created]),
      stringEntry(tag.buildHost, 'localhost'),
      int32Entry(tag.size, [0]),
      stringEntry(tag.license, 'pubkey'),
      stringEntry(tag.packager, userId),
      i18nEntry(tag.group, ['Public Keys']),
      stringEntry(tag.sourceRpm, '(none)'),
      stringArrayEntry(tag.provideName, provides),
      stringEntry(tag.rpmVersion, rpmVersion),
      int32Entry(
        tag.provideFlags,
        provides.map(() => keyringBit | sense.equal),
      ),
      stringArrayEntry(
        tag.provideVersion,
        provides.map(() => `${version}:${fingerprint}-${release}`),
      ),
    ],
    'immutable',
  );
  const digest = (name: string) => createHash(name).update(bytes).digest('hex');
  const blob = appendEntries(bytes.subarray(8), [
    stringEntry(signatureTag.sha1, digest('sha1')),
    stringEntry(signatureTag.sha256, digest('sha256')),
    stringEntry(signatureTag.sha3, digest('sha3-256')),
    int32Entry(installedTag.installTime, [installTime]),
    int32Entry(installedTag.installTid, [installTime]),
  ]);
  return readHeader(blob, 0, { kind: 'installed', file: keyPackageName }).header;
}

function firstUserId({ identities }: Certificate): string | undefined {
  return identities.find(({ kind }) => kind === 'id')?.content.toString('utf8');
}

/** 64 characters a line, the last one ended too. */
function wrappedBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n');
}

function armored(certificate: Buffer, text: string): string {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(checksumOf(certificate));
  const sum = checksum.subarray(1).toString('base64');
  return `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${text}=${sum}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
}

/** RFC 9580 section 6.1. */
function checksumOf(bytes: Buffer): number {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc << 1) ^ ((crc & 0x800000) === 0 ? 0 : 0x1864cfb);
    }
  }
  return crc & 0xffffff;
}
