import { basename } from 'node:path';
import { type Component, type LockChange, loadComponentLock, type Project } from '@slipway/project';
import type { LoadSource } from '@slipway/spec';
import { formatIdentity } from './identity/component-identity.ts';
import type { Identities } from './identity/load-identity.ts';
import { projectFileLoader } from './project-files.ts';
import type { ProjectHistory, RememberedCounts } from './release/count-release.ts';
import type { LockCommit } from './release/synthetic-history.ts';

/** What rendering takes from the project besides the component. */
export interface RenderContext {
  readonly project: Project;
  readonly loadSource: LoadSource;
  readonly history: ProjectHistory;
  /** Without it releases are counted anew. */
  readonly remembered?: RememberedCounts;
}

interface ContextInputs {
  readonly project: Project;
  /** From `loadLockHistory`. */
  readonly lockHistory: ReadonlyMap<string, readonly LockChange[]>;
  readonly remembered?: RememberedCounts | undefined;
}

export async function loadRenderContext(
  component: Component,
  { project, lockHistory, remembered }: ContextInputs,
  identities: Identities,
): Promise<RenderContext> {
  const lock = await loadComponentLock(project, component.name);
  const { digest } = await identities.of(component, lock);
  return {
    project,
    loadSource: projectFileLoader(project),
    ...(remembered === undefined ? {} : { remembered }),
    history: {
      lock,
      fingerprint: formatIdentity(digest),
      commits: lockCommits(lockHistory.get(component.name) ?? []),
      ...(project.sourceDateEpoch === undefined ? {} : { sourceDateEpoch: project.sourceDateEpoch }),
    },
  };
}

/** A commit that removed the lock, or wrote one without fingerprint, changed nothing that is built. */
function lockCommits(changes: readonly LockChange[]): LockCommit[] {
  return changes.flatMap(({ fingerprint, upstreamCommit = '', ...commit }) =>
    fingerprint === undefined ? [] : [{ ...commit, upstreamCommit, fingerprint }],
  );
}

/** Rendered specs say which program made them: those of an azldev project stay as azldev writes them. */
export function toolOf({ rootFile }: Pick<Project, 'rootFile'>): 'azldev' | 'slipway' {
  return basename(rootFile) === 'azldev.toml' ? 'azldev' : 'slipway';
}
