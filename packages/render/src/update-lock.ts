import { canonicalJson, sha256 } from '@slipway/core';
import type { Component, ComponentLock, Project } from '@slipway/project';
import type { SourceLoader, UpstreamOrigin } from './component-sources.ts';
import { formatIdentity, lockedFields } from './identity/component-identity.ts';
import type { Identities } from './identity/load-identity.ts';

const hashPrefix = 'jcs-sha256:';

export interface UpdateOptions {
  readonly project: Project;
  readonly sources: SourceLoader;
  readonly identities: Identities;
  /** Asks for a rebuild although nothing changed. */
  readonly bump: boolean;
  /** Chooses the upstream commit anew even when what it is chosen by did not change. */
  readonly again: boolean;
}

/**
 * The lock that a component should have (overlays.md 4): the upstream commit is chosen anew only when what it is chosen
 * by changed, so that most components need no network. The first commit stays written down, while the chosen one comes
 * after it; else releases are counted from the chosen one.
 */
export async function updatedLock(
  component: Component,
  lock: ComponentLock | undefined,
  { project, sources, identities, bump, again }: UpdateOptions,
): Promise<ComponentLock> {
  const { spec } = component;
  const resolution = resolutionHash(project, component);
  const isFresh = !again && lock?.upstreamCommit !== undefined && lock.resolutionInputHash === resolution;
  const upstream = spec.type !== 'upstream' || isFresh ? undefined : await sources.resolve(component, undefined, again);
  const importCommit = await importCommitOf(component, { lock, upstream, sources });
  const base = baseLock(lock, { resolution, upstream, importCommit, bump });
  const { fields, digest } = await identities.of(component, base);
  return { ...base, inputFingerprint: formatIdentity(digest), fields: lockedFields(fields) };
}

/**
 * Whether the upstream commit of a lock was chosen by another snapshot, pin, branch or address than the component has now.
 * Of a hash that azldev wrote, and of none, that is not known.
 */
export function isLockStale(project: Project, component: Component, lock: ComponentLock | undefined): boolean {
  const known = lock?.resolutionInputHash;
  return known?.startsWith(hashPrefix) === true && known !== resolutionHash(project, component);
}

async function importCommitOf(
  component: Component,
  {
    lock,
    upstream,
    sources,
  }: {
    readonly lock: ComponentLock | undefined;
    readonly upstream: UpstreamOrigin | undefined;
    readonly sources: SourceLoader;
  },
): Promise<string | undefined> {
  const known = lock?.importCommit ?? lock?.upstreamCommit;
  if (upstream === undefined || upstream.commit === lock?.upstreamCommit) {
    return known;
  }
  return known !== undefined && (await sources.isOnMainline(component, upstream, known)) ? known : upstream.commit;
}

function baseLock(
  lock: ComponentLock | undefined,
  next: {
    readonly resolution: string | undefined;
    readonly upstream: UpstreamOrigin | undefined;
    readonly importCommit: string | undefined;
    readonly bump: boolean;
  },
): ComponentLock {
  const upstreamCommit = next.upstream?.commit ?? lock?.upstreamCommit;
  const { importCommit } = next;
  const manualBump = (lock?.manualBump ?? 0) + (next.bump ? 1 : 0);
  return {
    version: 1,
    ...(importCommit === undefined ? {} : { importCommit }),
    ...(upstreamCommit === undefined ? {} : { upstreamCommit }),
    ...(manualBump === 0 ? {} : { manualBump }),
    ...(next.resolution === undefined ? {} : { resolutionInputHash: next.resolution }),
  };
}

/** Digest of what the upstream commit is chosen by. Undefined for a branch's newest commit: that is always chosen anew. */
function resolutionHash({ distros }: Project, { spec }: Component): string | undefined {
  if (spec.type !== 'upstream' || (spec.snapshot === undefined && spec.commit === undefined)) {
    return undefined;
  }
  const distro = distros.get(spec.distro.name);
  const choice = {
    snapshot: spec.snapshot,
    commit: spec.commit,
    name: spec.name,
    distro: spec.distro.name,
    version: spec.distro.version,
    branch: distro?.versions.get(spec.distro.version)?.distGitBranch,
    uri: distro?.distGitBaseUri,
  };
  return `${hashPrefix}${sha256(canonicalJson(choice))}`;
}
