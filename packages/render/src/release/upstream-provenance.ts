import { readPreamble, type SpecText } from '@slipway/spec';
import { usesAutorelease } from './autospec-features.ts';
import { type AutospecInput, versionReader } from './expand-autospec.ts';
import { releaseText } from './format-changelog.ts';
import { numberHistory } from './number-history.ts';

export interface ProvenanceInput {
  /** As upstream has it, before any overlay. */
  readonly spec: SpecText;
  /** The distribution that the spec comes from. */
  readonly distro: { readonly name: string; readonly version: string };
  /** What `%autorelease` gives in upstream's own history, without the dist tag; from `upstreamRelease`. */
  readonly autorelease?: string;
}

/**
 * The macros of `emit-upstream-provenance` (overlays.md 3.6), for numbered releases of Fedora only: the first Version
 * and Release as written, Fedora's dist tag in place of `%{?dist}`. Macros that the component sets itself win over them.
 */
export function upstreamProvenance({ spec, distro, autorelease }: ProvenanceInput): ReadonlyMap<string, string> {
  if (distro.name.toLowerCase() !== 'fedora' || !/^[0-9]+$/.test(distro.version)) {
    return new Map();
  }
  const dist = `.fc${distro.version}`;
  const version = firstTag(spec, 'version');
  const written = firstTag(spec, 'release');
  const release = usesAutorelease(written)
    ? autorelease === undefined
      ? ''
      : autorelease + dist
    : written.replaceAll('%{?dist}', dist).replaceAll('%{dist}', dist);
  const macros = [
    ['fedora_upstream_release', release],
    ['fedora_upstream_version', version],
  ] as const;
  return new Map(macros.filter(([, value]) => value !== ''));
}

function firstTag(spec: SpecText, wanted: string): string {
  return readPreamble(spec).tags.find(({ name, value }) => name.toLowerCase() === wanted && value !== '')?.value ?? '';
}

/**
 * What `%autorelease` gives in a history, without the dist tag, as `rpmautospec calculate-release --complete-release`
 * tells it. Undefined without a spec that has a version. Throws as `expandAutospec`.
 */
export async function upstreamRelease(
  input: Pick<AutospecInput, 'history' | 'readBlob' | 'specName' | 'macros'>,
): Promise<string | undefined> {
  const versionAt = versionReader(input, input.readBlob);
  const numbered = await numberHistory(input.history, versionAt, { changelog: false });
  const head = numbered.get(input.history[0]?.id ?? '');
  return head?.version === undefined ? undefined : releaseText(head.version, head.release);
}
