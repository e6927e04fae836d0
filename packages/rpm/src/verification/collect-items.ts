import { SlipwayError } from '@slipway/core';
import { isReadable, parseSignature, type SignaturePacket, type UnreadableSignature } from '@slipway/trust';
import type { Header } from '../header/header.ts';
import type { HeaderEntry } from '../header/header-entry.ts';
import { headerType } from '../header/header-type.ts';
import { signatureTag } from '../header/tags.ts';
import type { RpmPackage } from '../package/open-package.ts';
import type { VerifiableItem } from './verifiable-item.ts';
import { type VerifiableTag, verifiableTags, weakDigestTags } from './verifiable-tags.ts';

export interface ItemSelection {
  readonly signatures: boolean;
  readonly digests: boolean;
  readonly weakDigests: boolean;
}

/** Each costs a pass over the header. */
const maxSignatures = 128;
const firstLegacyTag = 1000;

/**
 * Everything in a package that can be verified, and what could be there and is missing. A signature of format 6 that
 * can be read makes rpm ignore those of formats 3 and 4. Throws `CORE_LIMIT`.
 */
export function collectItems(pkg: RpmPackage, selection: ItemSelection): VerifiableItem[] {
  const items: VerifiableItem[] = [];
  let hasFormat6Signature = false;
  for (const rule of verifiableTags.filter((each) => isSelected(pkg, each, selection))) {
    if (rule.publicKeyAlgorithm !== undefined && rule.tag !== signatureTag.openPgp && hasFormat6Signature) {
      continue;
    }
    const found = itemsOf(pkg, rule);
    hasFormat6Signature ||= found.some(({ signature }) => rule.tag === signatureTag.openPgp && signature !== undefined);
    items.push(...found);
  }
  return items;
}

function isSelected(
  pkg: RpmPackage,
  rule: VerifiableTag,
  { signatures, digests, weakDigests }: ItemSelection,
): boolean {
  const isFormat6 = pkg.signature.has(signatureTag.reserved) && pkg.signature.has(signatureTag.sha3);
  if (rule.where === 'signature' && isFormat6 && rule.tag >= firstLegacyTag) {
    return false;
  }
  return rule.hash === undefined ? signatures : digests && (weakDigests || !weakDigestTags.includes(rule.tag));
}

function itemsOf(pkg: RpmPackage, rule: VerifiableTag): VerifiableItem[] {
  const header = rule.where === 'signature' ? pkg.signature : pkg.header;
  const entry = header.entry(rule.tag);
  if (entry === undefined) {
    return [unverifiable(rule, 'not-found', undefined)];
  }
  const values = splitValues(entry);
  if (values.length > maxSignatures) {
    throw new SlipwayError('CORE_LIMIT', `Cannot verify ${pkg.path}: tag ${rule.tag} has ${values.length} values`, {
      at: { file: pkg.path, offset: pkg.headerRange.start },
    });
  }
  const origin = originOf(header);
  return values.map((bytes, index) => {
    const fault = entryFault(rule, entry, { origin, bytes, index });
    if (fault !== undefined) {
      return unverifiable(rule, 'bad', fault);
    }
    return (rule.hash === undefined ? signatureItem : digestItem)(rule, { origin, bytes, index });
  });
}

/** One element of an entry, and what rpm calls the header that it is in. */
interface Value {
  readonly origin: 'header' | 'package';
  readonly bytes: Buffer;
  readonly index: number;
}

const indexEntryBytes = 16;

/** rpm takes a header with entries after its region for one of an installed package. */
function originOf({ blob, regionTag }: Header): Value['origin'] {
  const count = blob.readUInt32BE(0);
  const dataStart = 2 * 4 + count * indexEntryBytes;
  const trailerAt = dataStart + blob.readUInt32BE(2 * 4 + 8);
  const inRegion = regionTag === undefined ? count : -blob.readInt32BE(trailerAt + 8) / indexEntryBytes;
  return count > inRegion ? 'header' : 'package';
}

function splitValues(entry: HeaderEntry): Buffer[] {
  if (entry.type !== headerType.stringArray) {
    return [entry.type === headerType.string ? entry.data.subarray(0, entry.data.indexOf(0)) : entry.data];
  }
  const values: Buffer[] = [];
  for (let start = 0; start < entry.data.length; start += (values.at(-1)?.length ?? 0) + 1) {
    values.push(entry.data.subarray(start, entry.data.indexOf(0, start)));
  }
  return values;
}

/** Every digest is at least as long as one of MD5. */
const minDigestBytes = 16;

function entryFault(rule: VerifiableTag, entry: HeaderEntry, { origin, bytes }: Value): string | undefined {
  const name = `${origin} tag ${rule.tag}`;
  if (entry.type !== rule.type) {
    return `${name}: invalid type ${entry.type}`;
  }
  if (rule.hash !== undefined && bytes.length < minDigestBytes) {
    return `${name}: invalid data (${bytes.length})`;
  }
  const size = entry.type === headerType.string ? bytes.length + 1 : bytes.length;
  return rule.valueBytes !== undefined && rule.valueBytes !== size ? `${name}: invalid size ${size}` : undefined;
}

function digestItem(rule: VerifiableTag, { origin, bytes, index }: Value): VerifiableItem {
  const expected = bytes.toString(rule.type === headerType.binary ? 'hex' : 'latin1');
  const shortestHex = 40;
  if (rule.type !== headerType.binary && (bytes.length < shortestHex || !/^([0-9a-fA-F]{2})*$/.test(expected))) {
    return unverifiable(rule, 'bad', `${origin}: tag ${rule.tag}: invalid hex`);
  }
  return { ...unverifiable(rule, 'bad', undefined), id: idOf(rule, index), expected };
}

function signatureItem(rule: VerifiableTag, { origin, bytes, index }: Value): VerifiableItem {
  const packet = rule.type === headerType.stringArray ? decodeBase64(bytes.toString('latin1')) : bytes;
  if (packet === undefined) {
    return unverifiable(rule, 'bad', `${origin} tag ${rule.tag}: invalid base64`);
  }
  const signature = parseSignature(packet);
  if (!isReadable(signature)) {
    return unverifiable(rule, 'bad', `${origin} tag ${rule.tag}: invalid OpenPGP signature${formatReasons(signature)}`);
  }
  return {
    ...unverifiable(rule, 'bad', undefined),
    id: signature.hashAlgorithm === 0 ? 0 : idOf(rule, index),
    hashId: signature.hashAlgorithm,
    signature,
  };
}

function formatReasons({ reasons }: UnreadableSignature): string {
  const lines = reasons.map((reason, index) => (index === 0 ? `  ${reason}` : `      because: ${reason}`));
  return lines.length === 0 ? '' : [': Parsing an OpenPGP packet:', ...lines].join('\n');
}

function idOf(rule: VerifiableTag, index: number): number {
  return rule.tag * 0x10000 + index;
}

function unverifiable(rule: VerifiableTag, result: 'bad' | 'not-found', message: string | undefined): VerifiableItem {
  return {
    rule,
    kind: rule.hash === undefined ? 'signature' : 'digest',
    result,
    message,
    id: 0,
    hashId: rule.hashId ?? 0,
    expected: undefined,
    signature: undefined as SignaturePacket | undefined,
    finding: undefined,
  };
}

/** Blanks between the digits are allowed, anything else is not. */
export function decodeBase64(text: string): Buffer | undefined {
  const compact = text.replace(/\s/g, '');
  const bytes = Buffer.from(compact, 'base64');
  return bytes.length > 0 && bytes.toString('base64').replace(/=+$/, '') === compact.replace(/=+$/, '')
    ? bytes
    : undefined;
}
