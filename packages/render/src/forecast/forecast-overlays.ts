import { type DeviationChange, type Overlay, StagedSourceFiles } from '@slipway/spec';
import { explainFailure, type OverlayFailure } from '../explain/explain-failure.ts';
import { type ComponentState, type OverlayStep, takeOverlayStep } from '../explain/overlay-step.ts';
import type { OverlayChainOptions, PreparedComponent } from '../explain/prepared-component.ts';
import { isBlankChange, isSameChange, readDeltas } from './file-delta.ts';
import { formatMerge, type MergedFile, mergeDelta } from './merge-delta.ts';
import { type OverlaySuggestion, suggestOverlays } from './suggest-overlays.ts';
import { isMadeTwice, reasonWhenApplying, reasonWhenFailing, type UpstreamBump } from './upstream-took.ts';

export type ForecastVerdict = 'applies' | 'applies-differently' | 'unnecessary' | 'breaks' | 'not-checked';

/** What becomes of one overlay on a newer upstream. Can be written as JSON. */
export interface OverlayForecast {
  readonly component: string;
  /** Position in the list of overlays, from 1. */
  readonly number: number;
  readonly overlay: Overlay;
  readonly verdict: ForecastVerdict;
  /** Why it is this verdict, in a few words. */
  readonly reason: string;
  /** What it changes now; empty when it changes nothing or fails. */
  readonly changesNow: readonly DeviationChange[];
  /** What it changes in the new upstream. */
  readonly changesThen: readonly DeviationChange[];
  /** Why it breaks. */
  readonly failure?: OverlayFailure;
  /** It fails on the upstream of now too. */
  readonly failsNow?: true;
  /** For one that breaks: what it does now, merged into the new upstream. */
  readonly merges?: readonly ForecastMerge[];
  /** For one that breaks: what to write in its place. */
  readonly suggestion?: OverlaySuggestion;
}

export interface ForecastMerge {
  readonly path: string;
  readonly isClean: boolean;
  /** By lines alone, word by word within a line, or by removing what upstream changed. */
  readonly how: MergedFile['how'];
  /** The change as a diff of the new upstream, or the conflicts with markers. */
  readonly text: string;
}

/** A forecast and the states that the next overlay is judged on. */
interface Judged {
  readonly forecast: Omit<OverlayForecast, 'component' | 'number' | 'overlay' | 'changesNow' | 'changesThen'>;
  /** Of the new upstream, when it differs from what applying the overlay made. */
  readonly next?: ComponentState;
}

/**
 * Applies the overlays to two upstreams side by side and says what becomes of each on the new one. After one that breaks,
 * the next ones are judged on what its suggestion makes; without a suggestion, on the merge when it is clean; else
 * as if it were not there. Throws only when a source file cannot be read.
 */
export async function forecastOverlays(
  now: PreparedComponent,
  next: PreparedComponent,
  overlays: readonly Overlay[],
  options: OverlayChainOptions = {},
): Promise<OverlayForecast[]> {
  let states: { now: ComponentState; next: ComponentState } = { now, next };
  const forecasts: OverlayForecast[] = [];
  for (const [index, overlay] of overlays.entries()) {
    const steps = {
      now: await takeOverlayStep(states.now, overlay, options),
      next: await takeOverlayStep(states.next, overlay, options),
    };
    const { forecast, next: judgedNext } = await judge({ ...states, overlay, steps }, options);
    const facts = { component: now.name, number: index + 1, overlay };
    forecasts.push({ ...facts, ...forecast, changesNow: changesOf(steps.now), changesThen: changesOf(steps.next) });
    states = { now: stateAfter(steps.now, states.now), next: judgedNext ?? stateAfter(steps.next, states.next) };
  }
  return forecasts;
}

function changesOf(step: OverlayStep): readonly DeviationChange[] {
  return step.kind === 'applied' ? step.changes : [];
}

function stateAfter(step: OverlayStep, before: ComponentState): ComponentState {
  return 'after' in step ? step.after : before;
}

interface Steps {
  readonly overlay: Overlay;
  readonly now: ComponentState;
  readonly next: ComponentState;
  readonly steps: { readonly now: OverlayStep; readonly next: OverlayStep };
}

async function judge(given: Steps, options: OverlayChainOptions): Promise<Judged> {
  const { next } = given.steps;
  switch (next.kind) {
    case 'in-archive':
      return { forecast: { verdict: 'not-checked', reason: 'it changes the inside of an archive' } };
    case 'no-effect':
      return { forecast: { verdict: 'unnecessary', reason: 'it changes nothing in the new upstream' } };
    case 'applied':
      return judgeApplied(given, next);
    case 'failed':
      return judgeFailed(given, next, options);
  }
}

async function judgeApplied(given: Steps, next: Extract<OverlayStep, { kind: 'applied' }>): Promise<Judged> {
  const { now } = given.steps;
  if (now.kind !== 'applied') {
    const reason =
      now.kind === 'failed' ? 'it fails on the upstream of now' : 'it changes nothing in the upstream of now';
    return { forecast: { verdict: 'applies-differently', reason } };
  }
  const bump = await bumpOf(given, now);
  const reason = await reasonWhenApplying(bump);
  if (reason !== undefined) {
    return { forecast: { verdict: 'unnecessary', reason } };
  }
  const deltas = await readDeltas(given.next, next.after, next.changes);
  if (isBlankChange(deltas) && !isBlankChange(bump.deltas)) {
    return { forecast: { verdict: 'unnecessary', reason: 'it changes nothing but blanks in the new upstream' } };
  }
  if (isMadeTwice(bump, deltas)) {
    const reason = 'upstream made the same change, and the overlay would make it twice';
    return { forecast: { verdict: 'unnecessary', reason }, next: given.next };
  }
  return isSameChange(bump.deltas, deltas, given.overlay.type)
    ? { forecast: { verdict: 'applies', reason: 'it makes the same change' } }
    : { forecast: { verdict: 'applies-differently', reason: differenceOf(now.changes, next.changes) } };
}

async function bumpOf(given: Steps, now: Extract<OverlayStep, { kind: 'applied' }>): Promise<UpstreamBump> {
  const deltas = await readDeltas(given.now, now.after, now.changes);
  return { overlay: given.overlay, deltas, now: given.now, next: given.next };
}

function differenceOf(now: readonly DeviationChange[], next: readonly DeviationChange[]): string {
  const [before, after] = [now, next].map((changes) =>
    (['linesAdded', 'linesRemoved'] as const).map((key) => changes.reduce((sum, change) => sum + change[key], 0)),
  ) as [[number, number], [number, number]];
  return before.join() === after.join()
    ? 'it changes other lines than now'
    : `it adds ${after[0]} and removes ${after[1]} lines, now ${before[0]} and ${before[1]}`;
}

async function judgeFailed(
  given: Steps,
  next: Extract<OverlayStep, { kind: 'failed' }>,
  options: OverlayChainOptions,
): Promise<Judged> {
  const { now } = given.steps;
  if (now.kind !== 'applied') {
    const failure = await explainFailure(given.next, given.overlay, next.error);
    const failsNow = now.kind === 'failed' && { failsNow: true as const };
    return { forecast: { verdict: 'breaks', reason: next.error.message, failure, ...failsNow } };
  }
  const bump = await bumpOf(given, now);
  const merged: MergedFile[] = [];
  for (const delta of bump.deltas) {
    merged.push(...(await mergeDelta(delta, given.now, given.next)));
  }
  const suggested = await suggestOverlays({ ...bump, merged }, options);
  const reason = suggested === undefined ? await reasonWhenFailing(bump, merged) : undefined;
  if (reason !== undefined) {
    return { forecast: { verdict: 'unnecessary', reason } };
  }
  const failure = await explainFailure(given.next, given.overlay, next.error);
  const broken = { verdict: 'breaks', reason: next.error.message, failure, merges: merged.map(mergeView) } as const;
  if (suggested !== undefined) {
    return { forecast: { ...broken, suggestion: suggested.suggestion }, next: suggested.after };
  }
  return { forecast: broken, next: await mergedState(given.next, merged) };
}

function mergeView(file: MergedFile): ForecastMerge {
  const { path, how, conflict } = file;
  return { path, isClean: conflict === undefined, how, text: formatMerge(file) };
}

/** The new upstream with the merge in it; unchanged when the merge has a conflict or is a guess. */
async function mergedState(next: ComponentState, merged: readonly MergedFile[]): Promise<ComponentState> {
  if (merged.some(({ conflict, how }) => conflict !== undefined || how === 'removal')) {
    return next;
  }
  const files = await StagedSourceFiles.over(next.files);
  for (const { path, before, after } of merged.filter(({ isSpec }) => !isSpec)) {
    if (after !== undefined) {
      await files.write(path, after);
    } else if (before !== undefined) {
      await files.remove(path);
    }
  }
  const spec = merged.find(({ isSpec }) => isSpec)?.after ?? next.spec;
  return { spec, specName: next.specName, files };
}
