import type { Coverage, VerificationItem } from './verification-item.ts';

/** What must hold of a package (rpm's `%_pkgverify_level`). */
export type VerificationLevel = 'none' | 'digest' | 'signature' | 'all';

export interface Judgement {
  /** What rpmkeys prints, in its order: all that was found, and what is missing and would have been needed. */
  readonly items: readonly VerificationItem[];
  readonly digestsHold: boolean;
  readonly signaturesHold: boolean;
}

type Kind = VerificationItem['kind'];

const rangeBits: Readonly<Record<Coverage, number>> = { header: 1, payload: 2, package: 3 };
const kindRank: Readonly<Record<Kind, number>> = { digest: 1, signature: 2 };

/**
 * Decides as rpm 6.1 does (rpmvsVerify): every range of the package must be covered by an item of the demanded kind that
 * holds; digests in a signed header count as signatures; a package with one good signature must be signed as a whole;
 * whatever is bad, or signed with an unknown key, fails.
 */
export function judgeItems(items: readonly VerificationItem[], level: VerificationLevel): Judgement {
  const sorted = [...items].sort(compareItems);
  const { verified, strengths } = verifiedRanges(sorted);
  const demanded = demandedKinds(level, verified.signature !== 0);
  const range = sorted.reduce((bits, { covers }) => bits | rangeBits[covers], level === 'none' ? 0 : rangeBits.package);
  const shown = sorted
    .map((item) => excuse(item, sorted))
    .filter((item, i) => item.outcome !== 'not-found' || isRequired(item, strengths[i] ?? new Set(), missing));
  function missing(kind: Kind): number {
    return demanded.has(kind) ? range & ~verified[kind] : 0;
  }
  const failed = new Set(shown.filter(({ outcome }) => ['bad', 'no-key'].includes(outcome)).map(({ kind }) => kind));
  return {
    items: shown,
    digestsHold: !failed.has('digest') && missing('digest') === 0,
    signaturesHold: !failed.has('signature') && missing('signature') === 0,
  };
}

/** Header first, signatures before digests, later algorithms first. */
function compareItems(a: VerificationItem, b: VerificationItem): number {
  return (
    rangeBits[a.covers] - rangeBits[b.covers] ||
    kindRank[b.kind] - kindRank[a.kind] ||
    b.keyAlgorithm - a.keyAlgorithm ||
    b.hashAlgorithm - a.hashAlgorithm ||
    b.id - a.id
  );
}

interface VerifiedRanges {
  /** Range bits that items which hold cover, by kind. */
  readonly verified: Readonly<Record<Kind, number>>;
  /** For each item the kinds that it counts as. */
  readonly strengths: readonly ReadonlySet<Kind>[];
}

function verifiedRanges(sorted: readonly VerificationItem[]): VerifiedRanges {
  const verified: Record<Kind, number> = { digest: 0, signature: 0 };
  const strengths = sorted.map((item) => {
    const isWrapped = item.isInHeader && (verified.signature & rangeBits.header) !== 0;
    const kinds = new Set<Kind>(isWrapped ? [item.kind, 'signature'] : [item.kind]);
    if (item.outcome === 'ok') {
      for (const kind of kinds) {
        verified[kind] |= rangeBits[item.covers];
      }
    }
    return kinds;
  });
  return { verified, strengths };
}

function demandedKinds(level: VerificationLevel, isSigned: boolean): ReadonlySet<Kind> {
  const kinds: Kind[] = level === 'none' ? [] : level === 'all' ? ['digest', 'signature'] : [level];
  return new Set(isSigned ? [...kinds, 'signature' as const] : kinds);
}

/** A bad digest of which there is another version that holds (of the uncompressed payload) counts as not there. */
function excuse(item: VerificationItem, items: readonly VerificationItem[]): VerificationItem {
  if (item.kind !== 'digest' || item.outcome !== 'bad') {
    return item;
  }
  const other = items.find(({ id, group }) => id !== item.id && group === item.group);
  return other?.outcome === 'ok' ? { ...item, outcome: 'not-found' } : item;
}

function isRequired(item: VerificationItem, kinds: ReadonlySet<Kind>, missing: (kind: Kind) => number): boolean {
  return [...kinds].some((kind) => (missing(kind) & rangeBits[item.covers]) !== 0);
}
