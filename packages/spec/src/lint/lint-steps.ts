import { formatCount, SlipwayError } from '@slipway/core';
import { applySpecOverlay, changesSpec } from '../apply-spec-overlay.ts';
import { toByteText } from '../byte-text.ts';
import type { Overlay, PatchOverlay, SpecOverlay } from '../overlay.ts';
import { Re2 } from '../re2.ts';
import { parseSpec } from '../spec-text.ts';
import type { FindingDraft } from './lint-finding.ts';
import type { LintInput, OverlayFields } from './lint-input.ts';
import { SpecView } from './spec-view.ts';

/** One overlay tried on what the ones before it made of the spec. */
export interface LintStep {
  /** Index in the list. */
  readonly overlay: number;
  readonly fields: OverlayFields;
  readonly description: string;
  readonly before: SpecView;
  readonly after: SpecView;
  /** Why it could not be applied; `after` is `before` then. */
  readonly failure?: SlipwayError;
}

/** What became of an overlay, without the texts. */
export interface TriedOverlay {
  readonly overlay: number;
  readonly fields: OverlayFields;
  readonly failed: boolean;
}

export interface TriedOverlays {
  readonly original: SpecView;
  /** After all overlays; undefined when not all were tried. */
  readonly final: SpecView | undefined;
  readonly tried: readonly TriedOverlay[];
  /** Tries them once more: holding the texts of all steps would take memory by their number. */
  readonly again: () => Iterable<LintStep>;
}

/** Text that is read in all; a component of an honest project needs a third of it at most. */
const readLimitBytes = 32 << 20;
/** A spec that overlays have made larger than this is not followed. */
const grownLimitBytes = 32 << 20;

/**
 * Tries every overlay that changes the spec, in order, and shows `visit` each step; one that fails is left out. Stops
 * when the work gets too much. Gives a finding when the spec cannot be read.
 */
export function tryOverlays(
  input: LintInput,
  visit: (seen: LintStep | FindingDraft) => void,
): TriedOverlays | FindingDraft {
  try {
    const original = new SpecView(parseSpec(input.spec ?? new Uint8Array()), input.mode ?? 'august-2026');
    const overlays = input.overlays.map(({ overlay }) => overlay);
    return visited(original, () => stepsFrom(original, overlays), visit);
  } catch (cause) {
    return { code: 'spec-unreadable', message: asSlipwayError(cause).message };
  }
}

function visited(
  original: SpecView,
  run: () => Iterable<LintStep | FindingDraft>,
  visit: (seen: LintStep | FindingDraft) => void,
): TriedOverlays {
  const tried: TriedOverlay[] = [];
  let final: SpecView | undefined = original;
  for (const seen of run()) {
    visit(seen);
    if (isStep(seen)) {
      final = seen.after;
      tried.push({ overlay: seen.overlay, fields: seen.fields, failed: seen.failure !== undefined });
    } else {
      final = undefined;
    }
  }
  return { original, final, tried, again: () => stepsOf(run()) };
}

function* stepsOf(seen: Iterable<LintStep | FindingDraft>): Generator<LintStep> {
  for (const each of seen) {
    if (isStep(each)) {
      yield each;
    }
  }
}

export function isStep(seen: LintStep | FindingDraft): seen is LintStep {
  return 'before' in seen;
}

function* stepsFrom(original: SpecView, overlays: readonly Overlay[]): Generator<LintStep | FindingDraft> {
  let [view, read] = [original, 0];
  for (const [index, overlay] of overlays.entries()) {
    if (!changesSpec(overlay)) {
      continue;
    }
    read += view.text.text.length + 1;
    if (read > readLimitBytes || grownSize(view, overlay) > grownLimitBytes) {
      yield notChecked(index, overlays.length);
      return;
    }
    const step = tryOverlay(view, overlay, index);
    yield step;
    view = step.after;
  }
}

function notChecked(index: number, count: number): FindingDraft {
  return {
    code: 'spec-not-checked',
    overlay: index,
    message: `from here on ${formatCount(count - index)} overlays were not tried: the spec or what they make of it is too large`,
  };
}

function tryOverlay(before: SpecView, overlay: SpecOverlay | PatchOverlay, index: number): LintStep {
  const fields: OverlayFields = overlay;
  const asked = { overlay: index, fields, description: overlay.description ?? '', before };
  const result = applied(before, overlay);
  return result instanceof SpecView ? { ...asked, after: result } : { ...asked, after: before, failure: result };
}

/** What an overlay makes of a spec, or why not. */
export function applied(before: SpecView, overlay: SpecOverlay | PatchOverlay): SpecView | SlipwayError {
  try {
    return new SpecView(applySpecOverlay(before.text, overlay, before.mode), before.mode);
  } catch (cause) {
    return asSlipwayError(cause);
  }
}

function asSlipwayError(cause: unknown): SlipwayError {
  if (!(cause instanceof SlipwayError)) {
    throw cause;
  }
  return cause;
}

/** At least the size of the result, without making it. */
function grownSize(view: SpecView, { lines = [], regex, replacement = '' }: OverlayFields): number {
  const size = view.text.text.length;
  const added = lines.reduce((sum, line) => sum + toByteText(line).length + 1, 0);
  if (regex === undefined || size * (replacement.length + 1) <= grownLimitBytes) {
    return size + (size * added <= grownLimitBytes ? 0 : added * view.sections.length);
  }
  return size + toByteText(replacement).length * matchCount(view, regex);
}

function matchCount(view: SpecView, regex: string): number {
  try {
    const expression = new Re2(regex);
    const marks = (text: string) => text.split('\0').length - 1;
    return view.lines.reduce((sum, line) => sum + marks(expression.replaceAll(line, '\0')) - marks(line), 0);
  } catch (cause) {
    asSlipwayError(cause);
    return 0;
  }
}
