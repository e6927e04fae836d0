import { createHash } from 'node:crypto';
import { type Header, namedArchive, queryHeader, type RpmPackage, tag, verifyPackage } from '@slipway/rpm';
import type { Keyring } from '@slipway/trust';
import { debianGroupIds, debianUserIds } from './debian-ids.ts';
import type { PackageAnswer } from './package-oracle.ts';

const none = '(none)';

/** The line that the answers have of a header, in the words of rpm's query format. */
export function nevraLine(pkg: RpmPackage): string {
  const header = queryHeader(pkg);
  const text = (tagNumber: number) => firstString(header, tagNumber) ?? none;
  const number = (tagNumber: number) => header.number(tagNumber) ?? none;
  const format = header.number(tag.rpmFormat) ?? (header.regionTag === tag.headerImmutable ? 4 : 3);
  const [compressor, version] = [text(tag.payloadCompressor), text(tag.rpmVersion)];
  return [nevra(header), format, compressor, version, number(tag.sourcePackage), number(tag.fileDigestAlgo)].join('|');
}

function nevra(header: Header): string {
  const [epoch, arch] = [header.number(tag.epoch), firstString(header, tag.arch)];
  const [name, version, release] = [tag.name, tag.version, tag.release].map((part) => firstString(header, part) ?? '');
  return `${name}-${epoch === undefined ? '' : `${epoch}:`}${version}-${release}${arch === undefined ? '' : `.${arch}`}`;
}

/** As the answers were recorded: bytes that are not UTF-8 became replacement characters. */
function firstString(header: Header, tagNumber: number): string | undefined {
  const data = header.entry(tagNumber)?.data;
  return data?.toString('utf8', 0, data.indexOf(0));
}

/** SHA-256 of what rpm2cpio writes. */
export async function archiveDigest(pkg: RpmPackage): Promise<string> {
  const hashing = createHash('sha256');
  for await (const chunk of namedArchive(pkg, { userIds: debianUserIds, groupIds: debianGroupIds })) {
    hashing.update(chunk);
  }
  return hashing.digest('hex');
}

/**
 * What differs from rpmkeys -Kv with the same keys, at rpm's level "digest". The answers come from an rpm without post-quantum
 * algorithms, and have a line for each line that was printed.
 */
export async function verificationDifferences(
  pkg: RpmPackage,
  answer: PackageAnswer,
  keyring: Keyring,
): Promise<string[]> {
  const at = Math.floor(Date.now() / 1000);
  const { items, accepted } = await verifyPackage(pkg, { at, keyring, postQuantum: false });
  const ours = items.flatMap(({ line }) => line.split('\n').map((part) => part.trim()));
  const isSame = JSON.stringify(ours) === JSON.stringify(answer.checksig);
  return [
    ...(isSame ? [] : [`verification: expected ${JSON.stringify(answer.checksig)}, got ${JSON.stringify(ours)}`]),
    ...(accepted === (answer.checksig_rc === 0) ? [] : [`verification: ours ${accepted ? 'succeeds' : 'fails'}`]),
  ];
}
