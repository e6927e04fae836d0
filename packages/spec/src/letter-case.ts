import { decodedText, isAscii } from './byte-text.ts';

/** Lower case rune by rune, as Go's strings.ToLower: no context, no growth. */
export function lowered(byteText: string): string {
  if (isAscii(byteText)) {
    return byteText.toLowerCase();
  }
  return Array.from(decodedText(byteText), (rune) => (rune === 'İ' ? 'i' : rune.toLowerCase())).join('');
}

/** Equality under simple case folding, as Go's strings.EqualFold. */
export function equalFold(left: string, right: string): boolean {
  if (isAscii(left) && isAscii(right)) {
    return left.toLowerCase() === right.toLowerCase();
  }
  const [a, b] = [[...decodedText(left)], [...decodedText(right)]];
  return a.length === b.length && a.every((rune, index) => sameFolded(rune, b[index] as string));
}

function sameFolded(a: string, b: string): boolean {
  return a === b || foldOrbit(a.codePointAt(0) as number).includes(b.codePointAt(0) as number);
}

/** Only these letters outside ASCII fold to ASCII ones: the long s and the Kelvin sign. */
const asciiOrbits = new Map([
  [0x4b, [0x6b, 0x212a]],
  [0x6b, [0x4b, 0x212a]],
  [0x53, [0x73, 0x17f]],
  [0x73, [0x53, 0x17f]],
]);

/** The other code points that are equal to `code` under simple case folding (Unicode CaseFolding, status C and S). */
export function foldOrbit(code: number): readonly number[] {
  if (code < 0x80) {
    const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    return asciiOrbits.get(code) ?? (letter ? [code ^ 0x20] : []);
  }
  orbits ??= foldOrbits();
  return orbits.get(code) ?? [];
}

let orbits: ReadonlyMap<number, readonly number[]> | undefined;

/** Letters with case end before this (Adlam, U+1E900). */
const lastCased = 0x1e943;

function foldOrbits(): Map<number, readonly number[]> {
  const groups = new Map<number, Set<number>>();
  for (let code = 0x41; code <= lastCased; code++) {
    const rune = String.fromCodePoint(code);
    for (const other of [rune.toLowerCase(), rune.toUpperCase()]) {
      const partner = other.codePointAt(0) as number;
      if (partner !== code && other.length === String.fromCodePoint(partner).length && foldsTo(rune, other)) {
        join(groups, code, partner);
      }
    }
  }
  return new Map([...groups].map(([code, group]) => [code, [...group].filter((member) => member !== code)]));
}

function foldsTo(rune: string, other: string): boolean {
  return new RegExp(`^${rune}$`, 'iu').test(other);
}

function join(groups: Map<number, Set<number>>, a: number, b: number): void {
  const merged = new Set([a, b, ...(groups.get(a) ?? []), ...(groups.get(b) ?? [])]);
  for (const member of merged) {
    groups.set(member, merged);
  }
}
