import { type Component, placedOverlays } from '@slipway/project';
import { type AppliedDeviation, applyOverlays, type OverlayOptions, parseSpec, type SourceFiles } from '@slipway/spec';
import type { ComponentSources } from './component-sources.ts';
import { componentProvenance } from './release/component-provenance.ts';
import { countRelease } from './release/count-release.ts';
import { type RenderContext, toolOf } from './render-context.ts';
import { type RenderStep, renderSteps } from './render-steps.ts';

/** Where a spec is rendered. */
export interface RenderPlace {
  readonly context: RenderContext;
  /** The files of the component, beside the spec; they are changed. */
  readonly files: SourceFiles;
  /** As `applyOverlays` takes them. */
  readonly archives: NonNullable<OverlayOptions['archives']>;
}

export interface RenderedSpec {
  readonly spec: Buffer;
  readonly deviations: readonly AppliedDeviation[];
  /** What a person should know about it. */
  readonly notes: readonly string[];
}

/**
 * The spec of a component after everything that rendering does to it (overlays.md 2.8, 3.4): macros file, overlays, what
 * azldev adds, release and changelog. The files beside it become what they must be for it. Throws the error of the first
 * step that fails.
 */
export async function renderSpec(
  component: Component,
  sources: ComponentSources,
  place: RenderPlace,
): Promise<RenderedSpec> {
  const { context, files } = place;
  const applied = await applySteps(await stepsOf(component, sources, context), sources, place);
  const tool = toolOf(context.project);
  const counted = await countRelease(applied.spec, {
    ...{ component, sources, project: context.history, tool, files },
    mode: context.project.overlayMode,
    ...(context.remembered === undefined ? {} : { remembered: context.remembered }),
  });
  return { spec: counted.spec, deviations: applied.deviations, notes: [...applied.notes, ...counted.notes] };
}

async function stepsOf(
  component: Component,
  sources: ComponentSources,
  { project }: RenderContext,
): Promise<readonly RenderStep[]> {
  const provenance = await componentProvenance(component, sources);
  return renderSteps({
    component: component.name,
    spec: parseSpec(sources.spec),
    overlays: placedOverlays(project, component),
    build: component.build,
    ...(provenance === undefined ? {} : { provenance }),
    tool: toolOf(project),
  });
}

/** An overlay of an azldev project that changes nothing passes with a note, as it does there. */
async function applySteps(
  steps: readonly RenderStep[],
  sources: ComponentSources,
  { context, files, archives }: RenderPlace,
): Promise<RenderedSpec> {
  const refuseWithoutEffect = toolOf(context.project) === 'slipway';
  let { spec } = sources;
  let deviations: readonly AppliedDeviation[] = [];
  const notes: string[] = [];
  for (const { kind, overlays, file, note } of steps) {
    if (file !== undefined) {
      await files.write(file.path, Buffer.from(file.text));
    }
    const input = { spec, specName: sources.specName, files };
    const own = kind === 'overlays';
    const result = await applyOverlays(input, overlays, {
      loadSource: context.loadSource,
      refuseWithoutEffect: own && refuseWithoutEffect,
      ...(own ? { archives, mode: context.project.overlayMode } : {}),
    });
    spec = result.spec;
    deviations = own ? result.deviations : deviations;
    notes.push(...(note === undefined ? [] : [note]), ...(own ? idleNotes(result.deviations) : []));
  }
  return { spec, deviations, notes };
}

function idleNotes(deviations: readonly AppliedDeviation[]): string[] {
  return deviations
    .filter(({ changes }) => changes.length === 0)
    .map(({ index, type }) => `overlay ${index + 1} (${type}) changes nothing`);
}
