import { mapConcurrently, removeLeftTemporaries, SlipwayError, SlipwayErrors } from '@slipway/core';
import { type Component, type Lock, type LockChange, loadComponentLock, type Project } from '@slipway/project';
import type { SourceLoader } from './component-sources.ts';
import { formatIdentity } from './identity/component-identity.ts';
import { Identities } from './identity/load-identity.ts';
import { compareRendered, type RenderedDifference } from './output/compare-rendered.ts';
import { failureFile, loadRendered, type RenderedFile, saveRendered } from './output/rendered-directory.ts';
import { projectFileLoader } from './project-files.ts';
import type { LockCommit } from './release/synthetic-history.ts';
import { type RenderedComponent, renderComponent } from './render-component.ts';

export interface RenderRequest {
  readonly project: Project;
  readonly components: readonly Component[];
  readonly sources: SourceLoader;
  /** Versions of imported packages. */
  readonly lock: Lock | undefined;
  /** From `loadLockHistory`. */
  readonly lockHistory: ReadonlyMap<string, readonly LockChange[]>;
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
    return failed(component.name, renderError(failure), request);
  }
}

/** One component with everything that its rendering depends on. */
export async function renderedOf(
  component: Component,
  { project, sources, lockHistory }: Pick<RenderRequest, 'project' | 'sources' | 'lockHistory'>,
  identities: Identities,
): Promise<RenderedComponent> {
  const lock = await loadComponentLock(project, component.name);
  const { digest } = await identities.of(component, lock);
  return renderComponent(component, await sources.load(component, lock), {
    project,
    loadSource: projectFileLoader(project),
    history: {
      lock,
      fingerprint: formatIdentity(digest),
      commits: lockCommits(lockHistory.get(component.name) ?? []),
      ...(project.sourceDateEpoch === undefined ? {} : { sourceDateEpoch: project.sourceDateEpoch }),
    },
  });
}

/** A commit that removed the lock, or wrote one without fingerprint, changed nothing that is built. */
function lockCommits(changes: readonly LockChange[]): LockCommit[] {
  return changes.flatMap(({ fingerprint, upstreamCommit = '', ...commit }) =>
    fingerprint === undefined ? [] : [{ ...commit, upstreamCommit, fingerprint }],
  );
}

async function place(
  component: string,
  files: readonly RenderedFile[],
  { directory, check }: RenderRequest,
): Promise<RenderedDifference[]> {
  const differences = compareRendered(await loadRendered(directory, component), files);
  if (differences.length > 0 && !check) {
    await saveRendered(directory, component, files);
  }
  return differences;
}

function renderError(failure: unknown): SlipwayError {
  const error = failure instanceof SlipwayErrors ? failure.errors[0] : failure;
  if (!(error instanceof SlipwayError) || error.code === 'CORE_CANCELLED' || error.kind === 'bug') {
    throw failure;
  }
  return error;
}

async function failed(component: string, error: SlipwayError, request: RenderRequest): Promise<RenderOutcome> {
  const isLasting = error.kind === 'input' || error.kind === 'unsupported' || error.kind === 'integrity';
  const reason = { path: failureFile, bytes: Buffer.from(failureText(error, request.project)), mode: 0o644 };
  const differences = isLasting ? await place(component, [reason], request) : [];
  return { component, status: 'failed', differences, notes: [], error };
}

/** The same in every checkout: files of the project are told relative to it. */
function failureText({ code, message }: SlipwayError, { directory }: Project): string {
  return `${code}: ${message.replaceAll(`${directory}/`, '')}\n`;
}
