import { createHash } from 'node:crypto';
import {
  digestItems,
  formatItem,
  type Header,
  judgeItems,
  namedArchive,
  queryHeader,
  type RpmPackage,
  tag,
} from '@slipway/rpm';
import { debianGroupIds, debianUserIds } from './debian-ids.ts';
import { recordedSignatures } from './recorded-signatures.ts';

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

export interface Verification {
  /** As `rpmkeys -Kv` prints them. */
  readonly lines: readonly string[];
  readonly holds: boolean;
}

/** Verifies at rpm's level "digest"; what is known of signatures comes from the recorded lines. */
export async function verifyPackage(pkg: RpmPackage, recorded: readonly string[]): Promise<Verification> {
  const items = [...recordedSignatures(recorded), ...(await digestItems(pkg))];
  const { items: shown, digestsHold, signaturesHold } = judgeItems(items, 'digest');
  return { lines: shown.map(formatItem), holds: digestsHold && signaturesHold };
}
