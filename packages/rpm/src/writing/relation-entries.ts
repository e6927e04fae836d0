import { formatEvr } from '../evr.ts';
import { type HeaderEntry, int32Entry, stringArrayEntry } from '../header/header-entry.ts';
import { tag } from '../header/tags.ts';
import { type RelationTags, relationTags } from '../metadata/relations.ts';
import type { PlainScriptletKind } from '../metadata/scriptlets.ts';
import type { Dependency, Relations } from '../package-metadata.ts';
import { parseRich, richLeaves } from '../rich-dependency.ts';
import { comparisonToBits, preBits, rangeBits, sense } from '../sense.ts';
import { type FileLayout, hasLongSizes } from './file-entries.ts';
import type { PackageForm } from './package-form.ts';
import { type PackageInput, unwritable } from './package-input.ts';

/** One element of the parallel arrays. */
export interface RawRelation {
  readonly name: string;
  readonly flags: number;
  readonly version: string;
}

/** Provides and obsoletes name things; only conditions can be rich (rpm's build/parseReqs.cc). */
const withoutRich: readonly (keyof Relations)[] = ['provides', 'obsoletes'];

const scriptletSense: Readonly<Record<PlainScriptletKind, number>> = {
  pre: sense.scriptPre,
  post: sense.scriptPost,
  preun: sense.scriptPreun,
  postun: sense.scriptPostun,
  pretrans: sense.pretrans,
  posttrans: sense.posttrans,
  preuntrans: sense.preuntrans,
  postuntrans: sense.postuntrans,
  verify: sense.scriptVerify,
};

/**
 * The entries of all relations, sorted by name: those of the input, the package's own name as a provide, the
 * interpreters of its scriptlets, and the rpmlib() features that its installer must know.
 */
export function relationEntries(input: PackageInput, layout: FileLayout, form: PackageForm): HeaderEntry[] {
  const kinds = Object.keys(relationTags) as (keyof Relations)[];
  const stored = kinds.flatMap((kind) => {
    const own = input[kind].map((dependency) => toRaw(input, kind, dependency));
    const added =
      kind === 'provides' ? [selfProvide(input)] : kind === 'requires' ? addedRequires(input, layout, form) : [];
    return rawRelationEntries(relationTags[kind], sortedUnique([...own, ...added]));
  });
  const orderings = (input.orderings ?? []).map((dependency) => toRaw(input, 'requires', dependency));
  return [...stored, ...rawRelationEntries(orderTags, sortedUnique(orderings))];
}

const orderTags: RelationTags = { name: tag.orderName, flags: tag.orderFlags, version: tag.orderVersion };

export function rawRelationEntries(tags: RelationTags, relations: readonly RawRelation[]): HeaderEntry[] {
  if (relations.length === 0) {
    return [];
  }
  return [
    stringArrayEntry(
      tags.name,
      relations.map(({ name }) => name),
    ),
    int32Entry(
      tags.flags,
      relations.map(({ flags }) => flags),
    ),
    stringArrayEntry(
      tags.version,
      relations.map(({ version }) => version),
    ),
  ];
}

function toRaw(input: PackageInput, kind: keyof Relations, dependency: Dependency): RawRelation {
  const { name, comparison, evr, pre = false, senseBits = 0 } = dependency;
  if (name === '' || (name.startsWith('(') && withoutRich.includes(kind))) {
    throw unwritable(input, `"${name}" cannot be among its ${kind}`);
  }
  const range = comparison === undefined || evr === undefined ? 0 : comparisonToBits(comparison);
  const order = pre && (senseBits & preBits) === 0 ? sense.scriptPre : 0;
  const flags = ((senseBits & ~rangeBits) | range | order) >>> 0;
  return { name, flags, version: evr === undefined ? '' : formatEvr(evr) };
}

function selfProvide(input: PackageInput): RawRelation {
  return { name: input.name, flags: sense.equal, version: formatEvr(input.evr) };
}

function addedRequires(input: PackageInput, layout: FileLayout, form: PackageForm): RawRelation[] {
  const interpreters = input.scriptlets.flatMap(({ kind, interpreter }) => {
    const [program = ''] = interpreter;
    const order = scriptletSense[kind as PlainScriptletKind] ?? 0;
    return program.startsWith('/') ? [{ name: program, flags: sense.interpreter | order, version: '' }] : [];
  });
  const features = rpmlibFeatures(input, layout, form).map(([feature, version]) => {
    return { name: `rpmlib(${feature})`, flags: sense.rpmlib | sense.less | sense.equal, version };
  });
  return [...interpreters, ...features];
}

/** Names and versions of rpm's feature table (rpmds.cc). */
function rpmlibFeatures(
  input: PackageInput,
  { files }: FileLayout,
  { format, compression }: PackageForm,
): (readonly [feature: string, version: string])[] {
  const versions = usedVersions(input);
  const hasFiles = files.length > 0;
  const candidates = [
    ['CompressedFileNames', '3.0.4-1', hasFiles && format < 6],
    ['PayloadFilesHavePrefix', '4.0-1', hasFiles && format < 6],
    ['FileDigests', '4.6.0-1', hasFiles && format < 6],
    ['FileCaps', '4.6.1-1', files.some(({ caps }) => caps !== '')],
    ['LargeFiles', '4.12.0-1', hasFiles && hasLongSizes(files, format)],
    ['PayloadIsZstd', '5.4.18-1', compression === 'zstd'],
    ['PayloadIsXz', '5.2-1', compression === 'xz'],
    ['RichDependencies', '4.12.0-1', allRelations(input).some(isRich)],
    ['TildeInVersions', '4.10.0-1', versions.some((version) => version.includes('~'))],
    ['CaretInVersions', '4.15.0-1', versions.some((version) => version.includes('^'))],
    ['BuiltinLuaScripts', '4.2.2-1', input.scriptlets.some(({ interpreter }) => interpreter[0] === '<lua>')],
    ['ScriptletInterpreterArgs', '4.0.3-1', input.scriptlets.some(({ interpreter }) => interpreter.length > 1)],
    ['ScriptletExpansion', '4.9.0-1', input.scriptlets.some(({ options }) => options?.includes('expand'))],
  ] as const;
  return candidates.filter(([, , isUsed]) => isUsed).map(([feature, version]) => [feature, version]);
}

function allRelations(input: PackageInput): Dependency[] {
  const kinds = Object.keys(relationTags) as (keyof Relations)[];
  return kinds.flatMap((kind) => input[kind]);
}

function isRich({ name }: Dependency): boolean {
  return name.startsWith('(');
}

function usedVersions(input: PackageInput): string[] {
  const leaves = allRelations(input).flatMap((relation) =>
    isRich(relation) ? richLeaves(parseRich(relation.name)) : relation,
  );
  return [input.evr, ...leaves.flatMap(({ evr }) => evr ?? [])].map(formatEvr);
}

function sortedUnique(relations: readonly RawRelation[]): RawRelation[] {
  const keyed = new Map(relations.map((relation) => [JSON.stringify(Object.values(relation)), relation]));
  return [...keyed.values()].sort(
    (a, b) => compareBytes(a.name, b.name) || compareBytes(a.version, b.version) || a.flags - b.flags,
  );
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
