import { type DeviationChange, fromByteText, type Overlay } from '@slipway/spec';
import { type AttributedLine, attributeLines } from './attribute-lines.ts';
import { explainFailure, type OverlayFailure } from './explain-failure.ts';
import { type ComponentState, type OverlayStep, takeOverlayStep } from './overlay-step.ts';
import type { OverlayChainOptions, PreparedComponent } from './prepared-component.ts';

/** What one overlay does to what the overlays before it made. */
export interface OverlayExplanation {
  /** Position in the list of overlays, from 1. */
  readonly number: number;
  readonly overlay: Overlay;
  readonly outcome: 'applied' | 'no-effect' | 'failed' | 'in-archive';
  readonly linesAdded: number;
  readonly linesRemoved: number;
  /** With the unified diff of each file. */
  readonly changes: readonly DeviationChange[];
  readonly failure?: OverlayFailure;
  /** Numbers of the overlays before it that failed: it is explained as if they were not there. */
  readonly without: readonly number[];
}

export interface ComponentExplanation {
  readonly name: string;
  readonly specName: string;
  readonly overlays: readonly OverlayExplanation[];
  /** The lines of the spec before, between and after the overlays, each with the overlays that wrote and removed it. */
  readonly spec: readonly AttributedLine[];
}

/**
 * Applies the overlays one after the other to a copy of the component, and says what each does. One that fails
 * leaves no trace, and the next ones go on without it. Throws only when a source file cannot be read.
 */
export async function explainComponent(
  component: PreparedComponent,
  overlays: readonly Overlay[],
  options: OverlayChainOptions = {},
): Promise<ComponentExplanation> {
  let state: ComponentState = component;
  const explanations: OverlayExplanation[] = [];
  const versions = [state.spec];
  for (const [index, overlay] of overlays.entries()) {
    const step = await takeOverlayStep(state, overlay, options);
    const failure = step.kind === 'failed' ? await explainFailure(state, overlay, step.error) : undefined;
    const without = explanations.filter(({ outcome }) => outcome === 'failed').map(({ number }) => number);
    explanations.push(explanationOf(step, { number: index + 1, overlay, without, ...(failure && { failure }) }));
    state = 'after' in step ? step.after : state;
    versions.push(state.spec);
  }
  const { name, specName } = component;
  return { name, specName, overlays: explanations, spec: attributeSpecs(versions) };
}

/** The overlays of `explainComponent`. */
export async function explainOverlays(
  component: PreparedComponent,
  overlays: readonly Overlay[],
  options: OverlayChainOptions = {},
): Promise<readonly OverlayExplanation[]> {
  return (await explainComponent(component, overlays, options)).overlays;
}

function explanationOf(
  step: OverlayStep,
  facts: Pick<OverlayExplanation, 'number' | 'overlay' | 'without' | 'failure'>,
): OverlayExplanation {
  const changes = step.kind === 'applied' ? step.changes : [];
  return {
    ...facts,
    outcome: step.kind,
    linesAdded: changes.reduce((sum, change) => sum + change.linesAdded, 0),
    linesRemoved: changes.reduce((sum, change) => sum + change.linesRemoved, 0),
    changes,
  };
}

function attributeSpecs(versions: readonly Uint8Array[]): AttributedLine[] {
  const texts = versions.map((bytes) => Buffer.from(bytes).toString('latin1'));
  const lines = texts.map((text) => text.replace(/\n$/, '').split(/\r?\n/));
  return attributeLines(lines).map((line) => ({ ...line, text: fromByteText(line.text) }));
}
