import type { VerifiableItem } from './verifiable-item.ts';

/** What must be there and hold: rpm's `_pkgverify_level`. */
export type VerificationLevel = 'none' | 'digest' | 'signature' | 'all';

export interface Judgement {
  /** Those that rpm speaks of, in its order: what is missing only where it would have helped. */
  readonly shown: readonly VerifiableItem[];
  readonly digestsFail: boolean;
  readonly signaturesFail: boolean;
}

/** Bits as in rpm: digest and signature of level and strength, header and payload of coverage. */
const digestBit = 1;
const signatureBit = 2;
const coverageBits = { header: 1, payload: 2, package: 3 } as const;
const everything = 3;
const levelBits: Readonly<Record<VerificationLevel, number>> = { none: 0, digest: 1, signature: 2, all: 3 };

/**
 * rpm's verdict on a package from the results of its items (rpmvsVerify of lib/rpmvs.cc): nothing may be wrong, and
 * what the level demands must cover header and payload. Digests of the payload count as signed where the header with
 * them is. A package that is signed in part is refused. `items` are sorted; results of excused digests change.
 */
export function judgeItems(items: readonly VerifiableItem[], level: VerificationLevel): Judgement {
  const verified: Record<1 | 2, number> = { [digestBit]: 0, [signatureBit]: 0 };
  const strengths = new Map<VerifiableItem, number>();
  let range = level === 'none' ? 0 : everything;
  for (const item of items) {
    const type = item.kind === 'digest' ? digestBit : signatureBit;
    const isSigned = item.rule.where === 'header' && (verified[signatureBit] & coverageBits.header) !== 0;
    const strength = isSigned ? signatureBit : type;
    strengths.set(item, type | strength);
    if (item.result === 'ok') {
      verified[type] |= coverageBits[item.rule.covers];
      verified[strength] |= coverageBits[item.rule.covers];
    }
    range |= coverageBits[item.rule.covers];
  }
  const demanded = levelBits[level] | (verified[signatureBit] === 0 ? 0 : signatureBit);
  const isRequired = (item: VerifiableItem) =>
    ([digestBit, signatureBit] as const).some(
      (bit) =>
        (demanded & (strengths.get(item) ?? 0) & bit) !== 0 &&
        (range & ~verified[bit] & coverageBits[item.rule.covers]) !== 0,
    );
  excuseDigests(items);
  const shown = items.filter((item) => item.result !== 'not-found' || isRequired(item));
  const fails = (bit: 1 | 2, kind: VerifiableItem['kind']) =>
    shown.some((item) => item.kind === kind && (item.result === 'bad' || item.result === 'no-key')) ||
    ((demanded & bit) !== 0 && verified[bit] !== range);
  return { shown, digestsFail: fails(digestBit, 'digest'), signaturesFail: fails(signatureBit, 'signature') };
}

/** A wrong digest counts for nothing where the other one of its group holds: the payload may be uncompressed. */
function excuseDigests(items: readonly VerifiableItem[]): void {
  for (const item of items) {
    const other = items.find((each) => each.id !== item.id && each.rule.group === item.rule.group);
    if (item.kind === 'digest' && item.result === 'bad' && other?.result === 'ok') {
      item.result = 'not-found';
    }
  }
}
