import { SlipwayError, SlipwayErrors, type SourcePosition } from '@slipway/core';
import { type HashType, hashTypeOf, isHash } from './hash-type.ts';
import { filenameFault, lineEndOf, type SourcesLine, sourcesLine } from './sources-file.ts';

/** A `source-files` entry of a component, as far as the `sources` file is concerned. */
export interface ConfiguredSource {
  readonly filename: string;
  readonly hash?: string;
  /** Omitted: told by the length of the hash. */
  readonly hashType?: string;
  readonly replaceUpstream?: boolean;
  /** Where it was written. */
  readonly at?: SourcePosition;
}

export interface MergeOptions {
  readonly component: string;
  /** Leaves out files without a hash; otherwise they are errors. */
  readonly allowMissingHashes?: boolean;
}

/**
 * Upstream's `sources` with the files of the project (overlays.md 3.7): those that replace an upstream file take its
 * place, others are appended in their order. Throws `SlipwayErrors` of `UPSTREAM_SOURCE_CONFLICT` (the same name without
 * `replace-upstream`, nothing to replace, no name of a file) and `UPSTREAM_NO_HASH`, all at once.
 */
export function mergeSources(
  lines: readonly SourcesLine[],
  sources: readonly ConfiguredSource[],
  options: MergeOptions,
): SourcesLine[] {
  const merged = [...lines];
  const places = new Map(lines.flatMap(({ entry }, index) => (entry === undefined ? [] : [[entry.filename, index]])));
  const lineEnd = lineEndOf(lines);
  const seen = new Set<string>();
  const errors: SlipwayError[] = [];
  for (const source of sources) {
    const place = places.get(source.filename);
    const error = conflict(source, { inUpstream: place !== undefined, seen }, options) ?? hashError(source, options);
    const line = formatSource(source, lineEnd);
    seen.add(source.filename);
    if (error !== undefined) {
      errors.push(error);
    } else if (line !== undefined) {
      merged[place ?? merged.length] = line;
    }
  }
  if (errors.length > 0) {
    throw new SlipwayErrors(errors);
  }
  return merged;
}

function formatSource({ filename, hash, hashType }: ConfiguredSource, lineEnd: string): SourcesLine | undefined {
  const type = hash === undefined ? undefined : typeOf(hash, hashType);
  return hash === undefined || type === undefined
    ? undefined
    : sourcesLine({ filename, hashType: type, hash: hash.toLowerCase() }, lineEnd);
}

function conflict(
  { filename, replaceUpstream = false, at }: ConfiguredSource,
  { inUpstream, seen }: { readonly inUpstream: boolean; readonly seen: ReadonlySet<string> },
  { component }: MergeOptions,
): SlipwayError | undefined {
  const fault = filenameFault(filename);
  const [reason, hint] = fault
    ? [fault, 'set filename to a bare name, as the spec has it']
    : seen.has(filename)
      ? ['source-files names it twice', 'remove one of the two']
      : inUpstream && !replaceUpstream
        ? ['upstream has a file of this name', 'set replace-upstream with a replace-reason, or choose another filename']
        : !inUpstream && replaceUpstream
          ? ['there is no upstream file of this name to replace', 'correct filename, or remove replace-upstream']
          : [];
  return reason === undefined || hint === undefined
    ? undefined
    : new SlipwayError('UPSTREAM_SOURCE_CONFLICT', `Cannot add ${filename} to the sources of ${component}: ${reason}`, {
        hint,
        ...(at === undefined ? {} : { at }),
      });
}

function hashError(
  { filename, hash, hashType, at }: ConfiguredSource,
  { component, allowMissingHashes = false }: MergeOptions,
): SlipwayError | undefined {
  if (hash === undefined ? allowMissingHashes : typeOf(hash, hashType) !== undefined) {
    return undefined;
  }
  const reason = hash === undefined ? 'it has no hash' : `${hash.slice(0, 140)} is no ${hashType ?? 'known'} hash`;
  return new SlipwayError('UPSTREAM_NO_HASH', `Cannot add ${filename} to the sources of ${component}: ${reason}`, {
    hint: 'set hash and hash-type (SHA512) of the file',
    ...(at === undefined ? {} : { at }),
  });
}

function typeOf(hash: string, named: string | undefined): HashType | undefined {
  const candidates = named === undefined ? (['SHA512', 'SHA256'] as const) : [hashTypeOf(named)];
  return candidates.find((type) => type !== undefined && isHash(type, hash));
}
