import { basename } from 'node:path';
import { type Component, type Project, placedOverlays } from '@slipway/project';
import {
  type AppliedDeviation,
  applyOverlays,
  isArchiveOverlay,
  type LoadSource,
  MemorySourceFiles,
  parseSpec,
} from '@slipway/spec';
import type { ComponentSources, UpstreamOrigin } from './component-sources.ts';
import { keptFiles } from './file-filter.ts';
import type { RenderedFile } from './output/rendered-directory.ts';
import { componentProvenance } from './release/component-provenance.ts';
import { countRelease, type ProjectHistory } from './release/count-release.ts';
import { knownMacros, type RenderStep, renderSteps } from './render-steps.ts';
import { renderSourcesFile, sourcesName } from './sources-file.ts';

/** What rendering takes from the project besides the component. */
export interface RenderContext {
  readonly project: Project;
  readonly loadSource: LoadSource;
  readonly history: ProjectHistory;
}

/** A spec and the files beside it as they belong into the repository of rendered specs. */
export interface RenderedComponent {
  readonly component: string;
  /** In order of their paths. */
  readonly files: readonly RenderedFile[];
  readonly deviations: readonly AppliedDeviation[];
  /** What a person should know about it. */
  readonly notes: readonly string[];
  readonly upstream?: UpstreamOrigin;
}

/**
 * Renders a component (overlays.md 3): macros file, overlays, what azldev adds, release and changelog, `sources`, file
 * filter. A function of its arguments; throws the error of the first step that fails, and then nothing was written.
 */
export async function renderComponent(
  component: Component,
  sources: ComponentSources,
  context: RenderContext,
): Promise<RenderedComponent> {
  const tool = toolOf(context.project);
  const files = await copyOf(sources);
  const sourcesText = renderSourcesFile(await readIfPresent(files, sourcesName), component);
  if (sourcesText !== undefined) {
    await files.write(sourcesName, Buffer.from(sourcesText));
  }
  const steps = await stepsOf(component, sources, context);
  const applied = await applySteps(steps, { sources, files, context });
  const counted = await countRelease(applied.spec, { component, sources, project: context.history, tool, files });
  await files.write(sources.specName, counted.spec);
  const listed = (await files.list()).map(({ path }) => path);
  const { kept, note } = keptFiles(listed, {
    component: component.name,
    spec: parseSpec(counted.spec),
    macros: knownMacros({ build: component.build }),
    skipFilter: component.skipFileFilter,
  });
  return {
    component: component.name,
    files: await readFiles(files, new Set(kept)),
    deviations: applied.deviations,
    notes: [...applied.notes, ...counted.notes, ...(note === undefined ? [] : [note])],
    ...(sources.upstream === undefined ? {} : { upstream: sources.upstream }),
  };
}

/** Rendered specs say which program made them: those of an azldev project stay as azldev writes them. */
export function toolOf({ rootFile }: Pick<Project, 'rootFile'>): 'azldev' | 'slipway' {
  return basename(rootFile) === 'azldev.toml' ? 'azldev' : 'slipway';
}

async function copyOf({ files }: ComponentSources): Promise<MemorySourceFiles> {
  const copy = new MemorySourceFiles();
  for (const { path, mode } of await files.list()) {
    await copy.write(path, await files.read(path), mode);
  }
  return copy;
}

async function readIfPresent(files: MemorySourceFiles, path: string): Promise<Buffer | undefined> {
  return (await files.list()).some((file) => file.path === path) ? files.read(path) : undefined;
}

async function stepsOf(
  component: Component,
  sources: ComponentSources,
  context: RenderContext,
): Promise<readonly RenderStep[]> {
  const overlays = placedOverlays(context.project, component).filter((overlay) => !isArchiveOverlay(overlay));
  const provenance = await componentProvenance(component, sources);
  return renderSteps({
    component: component.name,
    spec: parseSpec(sources.spec),
    overlays,
    build: component.build,
    ...(provenance === undefined ? {} : { provenance }),
    tool: toolOf(context.project),
  });
}

interface Applied {
  readonly spec: Buffer;
  readonly deviations: readonly AppliedDeviation[];
  readonly notes: readonly string[];
}

/** An overlay of an azldev project that changes nothing passes with a note, as it does there. */
async function applySteps(
  steps: readonly RenderStep[],
  { sources, files, context }: { sources: ComponentSources; files: MemorySourceFiles; context: RenderContext },
): Promise<Applied> {
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

async function readFiles(files: MemorySourceFiles, kept: ReadonlySet<string>): Promise<RenderedFile[]> {
  const rendered: RenderedFile[] = [];
  for (const { path, mode } of await files.list()) {
    if (kept.has(path)) {
      rendered.push({ path, bytes: await files.read(path), mode: (mode & 0o111) === 0 ? 0o644 : 0o755 });
    }
  }
  return rendered;
}
