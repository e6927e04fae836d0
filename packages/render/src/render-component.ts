import type { Component } from '@slipway/project';
import { type AppliedDeviation, MemorySourceFiles, parseSpec, type SourceFiles } from '@slipway/spec';
import { checkArchives } from './check-archives.ts';
import type { ComponentSources, UpstreamOrigin } from './component-sources.ts';
import { keptFiles } from './file-filter.ts';
import type { RenderedFile } from './output/rendered-directory.ts';
import type { RenderContext } from './render-context.ts';
import { renderSpec } from './render-spec.ts';
import { knownMacros } from './render-steps.ts';
import { renderSourcesFile, sourcesName } from './sources-file.ts';

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
 * Renders a component (overlays.md 3): the spec, `sources`, and the files that pass the file filter. Archives are not
 * among them, and the overlays inside of archives are only checked. A function of its arguments; throws what
 * `checkArchives`, `renderSourcesFile` and `renderSpec` throw, and then nothing was written.
 */
export async function renderComponent(
  component: Component,
  sources: ComponentSources,
  context: RenderContext,
): Promise<RenderedComponent> {
  checkArchives(component, context.project);
  const files = await copyOf(sources);
  const sourcesText = renderSourcesFile(await readIfPresent(files, sourcesName), component, context.project);
  if (sourcesText !== undefined) {
    await files.write(sourcesName, Buffer.from(sourcesText));
  }
  const { spec, deviations, notes } = await renderSpec(component, sources, { context, files, archives: 'left-out' });
  await files.write(sources.specName, spec);
  const listed = (await files.list()).map(({ path }) => path);
  const { kept, note } = keptFiles(listed, {
    component: component.name,
    spec: parseSpec(spec),
    macros: knownMacros({ build: component.build }),
    skipFilter: component.skipFileFilter,
  });
  return {
    component: component.name,
    files: await readFiles(files, new Set(kept)),
    deviations,
    notes: [...notes, ...(note === undefined ? [] : [note])],
    ...(sources.upstream === undefined ? {} : { upstream: sources.upstream }),
  };
}

async function copyOf({ files }: ComponentSources): Promise<MemorySourceFiles> {
  const copy = new MemorySourceFiles();
  for (const { path, mode } of await files.list()) {
    await copy.write(path, await files.read(path), mode);
  }
  return copy;
}

/** Undefined when there is no such file. */
export async function readIfPresent(files: SourceFiles, path: string): Promise<Buffer | undefined> {
  return (await files.list()).some((file) => file.path === path) ? files.read(path) : undefined;
}

async function readFiles(files: SourceFiles, kept: ReadonlySet<string>): Promise<RenderedFile[]> {
  const rendered: RenderedFile[] = [];
  for (const { path, mode } of await files.list()) {
    if (kept.has(path)) {
      rendered.push({ path, bytes: await files.read(path), mode: (mode & 0o111) === 0 ? 0o644 : 0o755 });
    }
  }
  return rendered;
}
