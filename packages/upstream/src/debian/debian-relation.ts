import { SlipwayError } from '@slipway/core';
import { compareDebianVersions, type DebianVersion, parseDebianVersion } from './debian-version.ts';

/** dpkg's comparisons; the old `<` and `>` mean `<=` and `>=` (deb-control(5)) and are read so. */
export type DebianComparison = '<<' | '<=' | '=' | '>=' | '>>';

/** One `name[:arch] [(comparison version)]`. */
export interface DebianRelation {
  readonly name: string;
  /** What follows the colon: `any`, `native`, an architecture; empty for none. */
  readonly qualifier: string;
  /** Absent for a relation to every version. */
  readonly bound: { readonly comparison: DebianComparison; readonly version: DebianVersion } | undefined;
}

/** Alternatives, the preferred one first; one element in fields that know none (Provides, Breaks …). */
export type RelationClause = readonly DebianRelation[];

/** Characters of one field; the longest Depends of Debian testing has 20,000. */
const fieldLimit = 1 << 20;
const relationPattern =
  /^([A-Za-z0-9][A-Za-z0-9+.-]*)(?::([a-z0-9-]+))?\s*(?:\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s)]+)\s*\))?\s*(?:\[[^\]]*\])?\s*(?:<[^>]*>\s*)*$/;

/** Reads a folded relation field. Throws `UPSTREAM_BAD_VERSION`. */
export function parseRelationField(text: string): RelationClause[] {
  if (text.length > fieldLimit) {
    throw new SlipwayError('UPSTREAM_BAD_VERSION', `Cannot read a relation field of ${text.length} characters`);
  }
  return text
    .split(',')
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '')
    .map((clause) => clause.split('|').map((alternative) => parseRelation(alternative.trim())));
}

function parseRelation(text: string): DebianRelation {
  const match = relationPattern.exec(text);
  const name = match?.[1];
  if (name === undefined) {
    throw new SlipwayError('UPSTREAM_BAD_VERSION', `Cannot read the relation ${JSON.stringify(text.slice(0, 200))}`, {
      hint: 'Debian relations have the form name[:arch] [(comparison version)] (deb-control(5))',
    });
  }
  const comparison = match?.[3];
  const bound =
    comparison === undefined
      ? undefined
      : { comparison: modernComparison(comparison), version: parseDebianVersion(match?.[4] ?? '') };
  return { name, qualifier: match?.[2] ?? '', bound };
}

function modernComparison(text: string): DebianComparison {
  return text === '<' || text === '>' ? `${text}=` : (text as DebianComparison);
}

/** Whether dpkg takes `version` for `bound`. */
export function satisfiesBound(version: DebianVersion, bound: NonNullable<DebianRelation['bound']>): boolean {
  const order = compareDebianVersions(version, bound.version);
  switch (bound.comparison) {
    case '<<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '>=':
      return order >= 0;
    case '>>':
      return order > 0;
  }
}
