import { compareVersions, type Relations } from '@slipway/rpm';
import { isPrimaryFile } from '../primary-file.ts';
import type { ListedRelation, ListedRelations, StatedRelation } from './package-facts.ts';

/** Bits of RPMSENSE_* that matter here (rpm's rpmds.h). */
const bit = {
  /** LESS, GREATER, EQUAL, and one below them. */
  range: 0xf,
  /** PREREQ, SCRIPT_PRE, SCRIPT_POST, PRETRANS, POSTTRANS. */
  pre: (1 << 6) | (1 << 9) | (1 << 10) | (1 << 7) | (1 << 5),
  /** A requirement that need not be met. */
  missingOk: 1 << 19,
  /** Old weak relations of SUSE: suggestions with it are recommendations, enhancements with it are supplements. */
  strong: 1 << 27,
} as const;
const flagsOfRange: Readonly<Record<number, ListedRelation['flags']>> = {
  2: 'LT',
  4: 'GT',
  8: 'EQ',
  10: 'LE',
  12: 'GE',
};

/** Relations of a header by kind; the old weak ones have tags of their own. */
export type StatedRelations = Readonly<
  Record<keyof Relations | 'oldSuggests' | 'oldEnhances', readonly StatedRelation[]>
>;

/**
 * The relations that rpm-md lists, by the rules of createrepo_c (its parsehdr.c): a relation whose epoch is no number is
 * left out; requirements that may be missing become recommendations; the rest of the requirements goes through
 * `listRequirements`.
 */
export function listRelations(stated: StatedRelations, paths: readonly string[]): ListedRelations {
  const list = (kind: keyof StatedRelations) => stated[kind].flatMap((relation) => toListed(relation) ?? []);
  const byStrength = (kind: keyof StatedRelations, isStrong: boolean) =>
    stated[kind].filter(({ bits }) => ((bits & bit.strong) !== 0) === isStrong).flatMap((one) => toListed(one) ?? []);
  const { requires, recommends } = listRequirements(stated, paths);
  return {
    provides: list('provides'),
    requires,
    conflicts: list('conflicts'),
    obsoletes: list('obsoletes'),
    recommends: [...recommends, ...list('recommends'), ...byStrength('oldSuggests', true)],
    suggests: [...list('suggests'), ...byStrength('oldSuggests', false)],
    supplements: [...list('supplements'), ...byStrength('oldEnhances', true)],
    enhances: [...list('enhances'), ...byStrength('oldEnhances', false)],
  };
}

/** None on rpm's own features, on what the package itself provides in the same words or on its own primary files, none
 * that repeats the last one of its name, and of libc.so.6 only the highest version, last. */
function listRequirements(stated: StatedRelations, paths: readonly string[]) {
  const provided = new Set(stated.provides.filter((one) => toListed(one) !== undefined).map(inWords));
  const last = new Map<string, string>();
  const requires: ListedRelation[] = [];
  const recommends: ListedRelation[] = [];
  let ownFiles: ReadonlySet<string> | undefined;
  let libc: ListedRelation | undefined;
  for (const relation of stated.requires) {
    const { name, bits } = relation;
    if (name.startsWith('rpmlib(')) {
      continue;
    }
    if (name.startsWith('/') && isPrimaryFile(name)) {
      ownFiles ??= new Set(paths);
      if (ownFiles.has(name)) {
        continue;
      }
    }
    const pre = (bits & bit.pre) !== 0;
    const words = inWords(relation);
    const listed = toListed(relation, pre);
    if (listed === undefined || provided.has(words) || last.get(name) === `${pre}${words}`) {
      continue;
    }
    if ((bits & bit.missingOk) !== 0) {
      recommends.push(listed);
    } else if (name.startsWith('libc.so.6')) {
      libc = libc !== undefined && !isLowerLibc(libc.name, name) ? libc : listed;
    } else {
      requires.push(listed);
      last.set(name, `${pre}${words}`);
    }
  }
  return { requires: libc === undefined ? requires : [...requires, libc], recommends };
}

function inWords({ name, bits, version }: StatedRelation): string {
  return `${name}${flagsOfRange[bits & bit.range] ?? ''}${version}`;
}

/** Undefined when what stands before the first colon is no number. */
function toListed({ name, bits, version }: StatedRelation, pre = false): ListedRelation | undefined {
  const flags = flagsOfRange[bits & bit.range] ?? '';
  if (version === '') {
    return { name, flags, epoch: '', version: '', release: '', pre };
  }
  const colon = version.indexOf(':');
  if (colon > 0 && !/^\s*[+-]?[0-9]+$/.test(version.slice(0, colon))) {
    return undefined;
  }
  const hyphen = version.indexOf('-', colon + 1);
  return {
    name,
    flags,
    epoch: colon > 0 ? version.slice(0, colon) : '0',
    version: version.slice(colon + 1, hyphen < 0 ? undefined : hyphen),
    release: hyphen < 0 ? '' : version.slice(hyphen + 1),
    pre,
  };
}

/** `libc.so.6()(64bit)` is lower than `libc.so.6(GLIBC_2.3.4)(64bit)`, and that than `libc.so.6(GLIBC_2.4)`. */
function isLowerLibc(a: string, b: string): boolean {
  const versionA = libcVersion(a);
  const versionB = libcVersion(b);
  return versionA === '' ? versionB !== '' : versionB !== '' && compareVersions(versionA, versionB) < 0;
}

/** From the first digit in the first parentheses; empty when there is none. */
function libcVersion(name: string): string {
  return /^[^(]*\([^0-9)]*([^)]*)\)/.exec(name)?.[1] ?? '';
}
