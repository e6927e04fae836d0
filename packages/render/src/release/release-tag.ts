import { SlipwayError } from '@slipway/core';
import { type OverlayMode, readPreamble, type SpecOverlay, type SpecTag, type SpecText } from '@slipway/spec';
import { usesAutorelease } from './autospec-features.ts';

/** `release.calculation` of a component; empty is `auto`. */
export type ReleaseCalculation = '' | 'auto' | 'static' | 'autorelease' | 'manual';

export type ReleasePlan =
  /** The tag stays: %autorelease, the component's own numbering, or no commit of the project. */
  | { readonly kind: 'untouched' }
  | { readonly kind: 'bumped'; readonly from: string; readonly to: string; readonly overlay: SpecOverlay };

export interface ReleaseInput {
  readonly spec: SpecText;
  /** Name of the spec file, for errors. */
  readonly specName: string;
  readonly calculation: ReleaseCalculation;
  /** How many commits of the project changed the component. */
  readonly commits: number;
  /** Whose grammar of releases holds; omitted: that of August 2026. */
  readonly mode?: OverlayMode;
}

/**
 * What becomes of the Release tag (overlays.md 3.4): a number written out is raised by the commits of the project, in
 * every Release line. Throws `RENDER_RELEASE_UNSUPPORTED`.
 */
export function planRelease({ spec, specName, calculation, commits, mode }: ReleaseInput): ReleasePlan {
  if (calculation === 'manual' || calculation === 'autorelease' || commits === 0) {
    return { kind: 'untouched' };
  }
  const release = lastReleaseTag(spec);
  if (release !== undefined && usesAutorelease(release.value)) {
    if (calculation === 'static') {
      throw unsupported(specName, release, 'release.calculation is "static", but the tag uses %autorelease', {
        hint: 'set release.calculation = "autorelease", or leave it out',
      });
    }
    return { kind: 'untouched' };
  }
  const grammar = releaseGrammars[mode ?? 'august-2026'];
  const to = raisedRelease(release?.value ?? '', commits, grammar.form);
  if (release === undefined || to === undefined) {
    const value = release === undefined ? 'there is none' : `${JSON.stringify(release.value)} ${grammar.refusal}`;
    throw unsupported(specName, release, value, {
      hint: 'set release.calculation = "manual", and write the release that you want with a spec-set-tag overlay',
    });
  }
  return {
    kind: 'bumped',
    from: release.value,
    to,
    overlay: { type: 'spec-update-tag', tag: 'Release', value: to },
  };
}

function lastReleaseTag(spec: SpecText): SpecTag | undefined {
  return readPreamble(spec).tags.findLast(
    ({ name, qualifiers }) => name.toLowerCase() === 'release' && qualifiers.length === 0,
  );
}

/** The number that is raised, and what may stand behind it (overlays.md 3.4). */
const releaseGrammars: Readonly<Record<OverlayMode, { readonly form: RegExp; readonly refusal: string }>> = {
  'august-2026': {
    form: /^([0-9]{1,15})(%\{\??dist\})?$/,
    refusal: 'is not a number, alone or before %{?dist}',
  },
  'april-2026': {
    form: /^([0-9]{1,15})(?![0-9])(.*)$/s,
    refusal: 'does not start with a number',
  },
};

function raisedRelease(value: string, commits: number, form: RegExp): string | undefined {
  const [, number, rest = ''] = form.exec(value) ?? [];
  return number === undefined ? undefined : `${Number(number) + commits}${rest}`;
}

function unsupported(
  specName: string,
  tag: SpecTag | undefined,
  problem: string,
  details: { hint: string },
): SlipwayError {
  return new SlipwayError('RENDER_RELEASE_UNSUPPORTED', `Cannot raise the Release tag of ${specName}: ${problem}`, {
    ...details,
    at: { file: specName, ...(tag === undefined ? {} : { line: tag.line }) },
  });
}
