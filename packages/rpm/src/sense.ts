import type { Comparison } from './package-metadata.ts';

/** RPMSENSE_* bits of the FLAGS arrays of relations (rpm's rpmds.h). */
export const sense = {
  less: 1 << 1,
  greater: 1 << 2,
  equal: 1 << 3,
  posttrans: 1 << 5,
  prereq: 1 << 6,
  pretrans: 1 << 7,
  interpreter: 1 << 8,
  scriptPre: 1 << 9,
  scriptPost: 1 << 10,
  scriptPreun: 1 << 11,
  scriptPostun: 1 << 12,
  scriptVerify: 1 << 13,
  triggerIn: 1 << 16,
  triggerUn: 1 << 17,
  triggerPostun: 1 << 18,
  missingOk: 1 << 19,
  preuntrans: 1 << 20,
  postuntrans: 1 << 21,
  rpmlib: 1 << 24,
  triggerPrein: 1 << 25,
  /** Old SUSE weak relations: Suggests with this bit are Recommends, Enhances with it are Supplements. */
  strong: 1 << 27,
} as const;

export const rangeBits = sense.less | sense.greater | sense.equal;

/** What rpm-md calls `pre="1"`: the relation must hold before the package's scriptlets run. */
export const preBits = sense.prereq | sense.scriptPre | sense.scriptPost | sense.pretrans | sense.posttrans;

const bitsOfComparison: Readonly<Record<Comparison, number>> = {
  '<': sense.less,
  '<=': sense.less | sense.equal,
  '=': sense.equal,
  '>=': sense.greater | sense.equal,
  '>': sense.greater,
  '<>': sense.less | sense.greater,
};

export function comparisonToBits(comparison: Comparison): number {
  return bitsOfComparison[comparison];
}

/** The comparison in sense bits; undefined for none. */
export function comparisonFromBits(bits: number): Comparison | undefined {
  const range = bits & rangeBits;
  const names = Object.keys(bitsOfComparison) as Comparison[];
  return names.find((name) => bitsOfComparison[name] === range);
}

const comparisonNames: Readonly<Record<string, Comparison>> = {
  '<': '<',
  '<=': '<=',
  '=<': '<=',
  '=': '=',
  '==': '=',
  '>=': '>=',
  '=>': '>=',
  '>': '>',
};

/** The comparison a spec file may write (`==` and `=>` included), or undefined. */
export function parseComparison(text: string): Comparison | undefined {
  return Object.hasOwn(comparisonNames, text) ? comparisonNames[text] : undefined;
}
