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

export interface TriedOverlays {
  readonly steps: readonly LintStep[];
  readonly original: SpecView | undefined;
  readonly final: SpecView | undefined;
  /** Findings about the trial itself. */
  readonly drafts: readonly FindingDraft[];
}

/** Text that is read in all; a component of an honest project needs a tenth of it at most. */
const readLimitBytes = 64 << 20;
/** A spec that overlays have made larger than this is not followed. */
const grownLimitBytes = 32 << 20;

/** Tries every overlay that changes the spec, in order; one that fails is left out. Stops when the work gets too much. */
export function tryOverlays(input: LintInput): TriedOverlays {
  const mode = input.mode ?? 'august-2026';
  try {
    const original = new SpecView(parseSpec(input.spec ?? new Uint8Array()), mode);
    return stepsFrom(
      original,
      input.overlays.map(({ overlay }) => overlay),
    );
  } catch (cause) {
    const { message } = asSlipwayError(cause);
    return { steps: [], original: undefined, final: undefined, drafts: [{ code: 'spec-unreadable', message }] };
  }
}

function stepsFrom(original: SpecView, overlays: readonly Overlay[]): TriedOverlays {
  const steps: LintStep[] = [];
  let [view, read] = [original, 0];
  for (const [index, overlay] of overlays.entries()) {
    if (!changesSpec(overlay)) {
      continue;
    }
    read += view.text.text.length + 1;
    if (read > readLimitBytes || grownSize(view, overlay) > grownLimitBytes) {
      return { steps, original, final: undefined, drafts: [notChecked(index, overlays.length)] };
    }
    const step = tryOverlay(view, overlay, index);
    steps.push(step);
    view = step.after;
  }
  return { steps, original, final: view, drafts: [] };
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
