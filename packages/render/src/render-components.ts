import { mapConcurrently, removeLeftTemporaries, SlipwayError, SlipwayErrors } from '@slipway/core';
import type { Component, Lock, LockChange, Project } from '@slipway/project';
import type { SourceLoader } from './component-sources.ts';
import { Identities } from './identity/load-identity.ts';
import { compareRendered, type RenderedDifference } from './output/compare-rendered.ts';
import { failureFile, loadRendered, type RenderedFile, saveRendered } from './output/rendered-directory.ts';
import type { RememberedCounts } from './release/count-release.ts';
import { type RenderedComponent, renderComponent } from './render-component.ts';
import { loadRenderContext } from './render-context.ts';

export interface RenderRequest {
  readonly project: Project;
  readonly components: readonly Component[];
  readonly sources: SourceLoader;
  /** Versions of imported packages. */
  readonly lock: Lock | undefined;
  /** From `loadLockHistory`. */
  readonly lockHistory: ReadonlyMap<string, readonly LockChange[]>;
  /** Without it releases are counted anew. */
  readonly remembered?: RememberedCounts;
  /** Directory of the rendered specs. */
  readonly directory: string;
  /** Only compares; nothing is written. */
  readonly check: boolean;
  /** Components that are worked on at once: most of the time they wait for the network. */
  readonly concurrency: number;
  readonly onDone?: (component: string) => void;
  /** Ends the run between two components. */
  readonly signal?: AbortSignal;
}

/** What became of one component. */
export interface RenderOutcome {
  readonly component: string;
  readonly status: 'unchanged' | 'written' | 'would-change' | 'failed';
  readonly differences: readonly RenderedDifference[];
  readonly notes: readonly string[];
  readonly commit?: string;
  /** Why it failed. */
  readonly error?: SlipwayError;
  /** What else is wrong, where that was found at once. */
  readonly furtherErrors?: readonly SlipwayError[];
}

/**
 * Renders components into their directories, each whole or not at all, in order of the request. One that its project
 * or its upstream makes impossible gets the file RENDER_FAILED with the reason in place of its spec; a failure of the
 * network or the machine leaves what is there. Throws `CORE_CANCELLED`.
 */
export async function renderComponents(request: RenderRequest): Promise<RenderOutcome[]> {
  const { project, components, concurrency, directory, check, signal } = request;
  const identities = new Identities(project, request.lock);
  if (!check) {
    await removeLeftTemporaries(directory, { isMine: false, depth: 1 });
  }
  const render = async (component: Component) => {
    const outcome = await renderOne(component, request, identities);
    request.onDone?.(component.name);
    return outcome;
  };
  return mapConcurrently(components, concurrency, render, signal);
}

async function renderOne(component: Component, request: RenderRequest, identities: Identities): Promise<RenderOutcome> {
  try {
    const rendered = await renderedOf(component, request, identities);
    const { notes, upstream } = rendered;
    const differences = await place(component.name, rendered.files, request);
    return {
      component: component.name,
      status: differences.length === 0 ? 'unchanged' : request.check ? 'would-change' : 'written',
      differences,
      notes,
      ...(upstream === undefined ? {} : { commit: upstream.commit }),
    };
  } catch (failure) {
    return failed(component.name, renderErrors(failure), request);
  }
}

/** One component with everything that its rendering depends on. */
export async function renderedOf(
  component: Component,
  {
    project,
    sources,
    lockHistory,
    remembered,
  }: Pick<RenderRequest, 'project' | 'sources' | 'lockHistory' | 'remembered'>,
  identities: Identities,
): Promise<RenderedComponent> {
  const context = await loadRenderContext(component, { project, lockHistory, remembered }, identities);
  return renderComponent(component, await sources.load(component, context.history.lock), context);
}

async function place(
  component: string,
  files: readonly RenderedFile[],
  { directory, check }: RenderRequest,
): Promise<RenderedDifference[]> {
  const differences = compareRendered(loadRendered(directory, component), files);
  if (differences.length > 0 && !check) {
    await saveRendered(directory, component, files);
  }
  return differences;
}

function renderErrors(failure: unknown): readonly [SlipwayError, ...SlipwayError[]] {
  const [error, ...further] = failure instanceof SlipwayErrors ? failure.errors : [failure];
  if (!(error instanceof SlipwayError) || error.code === 'CORE_CANCELLED' || error.kind === 'bug') {
    throw failure;
  }
  return [error, ...(further as SlipwayError[])];
}

async function failed(
  component: string,
  [error, ...furtherErrors]: readonly [SlipwayError, ...SlipwayError[]],
  request: RenderRequest,
): Promise<RenderOutcome> {
  const isLasting = error.kind === 'input' || error.kind === 'unsupported' || error.kind === 'integrity';
  const text = [error, ...furtherErrors].map((each) => failureText(each, request.project)).join('');
  const reason = { path: failureFile, bytes: Buffer.from(text), mode: 0o644 };
  const differences = isLasting ? await place(component, [reason], request) : [];
  return {
    ...{ component, status: 'failed', differences, notes: [], error },
    ...(furtherErrors.length === 0 ? {} : { furtherErrors }),
  };
}

/** The same in every checkout: files of the project are told relative to it. */
function failureText({ code, message }: SlipwayError, { directory }: Project): string {
  return `${code}: ${message.replaceAll(`${directory}/`, '')}\n`;
}
