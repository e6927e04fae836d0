import { type Digest, sha256, type TaskCache } from '@slipway/core';
import type { Component, ComponentLock } from '@slipway/project';
import {
  applySpecOverlay,
  formatSpec,
  type OverlayMode,
  parseSpec,
  type SourceFiles,
  type SpecText,
} from '@slipway/spec';
import type { ComponentSources } from '../component-sources.ts';
import { knownMacros } from '../render-steps.ts';
import type { KnownMacros } from '../spec-macros/walk-spec.ts';
import { autospecFeatures } from './autospec-features.ts';
import { expandAutospec } from './expand-autospec.ts';
import { planRelease } from './release-tag.ts';
import { combineHistory, type LockCommit } from './synthetic-history.ts';

/** Blob id of the file `changelog` after the overlays. */
const overlaidChangelog = 'changelog of the component';

/** What the project says about the history of a component. */
export interface ProjectHistory {
  readonly lock: ComponentLock | undefined;
  /** Identity that the component has now, as `formatIdentity` writes it. */
  readonly fingerprint: string;
  /** Oldest first: commits of the project that wrote another fingerprint. */
  readonly commits: readonly LockCommit[];
  /** Seconds since 1970, for changes that are not committed; undefined: the time of the newest commit. */
  readonly sourceDateEpoch?: number;
}

interface CountInput {
  readonly component: Component;
  readonly sources: ComponentSources;
  readonly project: ProjectHistory;
  readonly tool: string;
  /** After the overlays. */
  readonly files: SourceFiles;
  /** Whose grammar of releases holds; omitted: that of August 2026. */
  readonly mode?: OverlayMode;
  readonly remembered?: RememberedCounts;
}

export interface CountedRelease {
  readonly spec: Buffer;
  readonly notes: readonly string[];
}

/** Where the results of counting are remembered. */
export interface RememberedCounts {
  readonly tasks: TaskCache;
  /** Digest of the code that counts. */
  readonly code: Digest;
}

/**
 * The release and the changelog of a component (overlays.md 3.4, 3.5). The history of upstream is read only for specs
 * that are counted from it, and only when the same was not counted before.
 */
export async function countRelease(bytes: Buffer, input: CountInput): Promise<CountedRelease> {
  const spec = parseSpec(bytes);
  const { autorelease, autochangelog, processed } = autospecFeatures(spec);
  if (!processed && (autorelease || autochangelog)) {
    return formatted(await remembered(spec, input));
  }
  return { spec: formatSpec(raiseRelease(spec, input, countCommits(input))), notes: [] };
}

function raiseRelease(spec: SpecText, { component, sources, mode }: CountInput, commits: number): SpecText {
  const { specName } = sources;
  const calculation = component.release;
  const plan = planRelease({ spec, specName, calculation, commits, ...(mode === undefined ? {} : { mode }) });
  return plan.kind === 'bumped' ? applySpecOverlay(spec, plan.overlay, 'august-2026') : spec;
}

/** A byte string, as a result of a task must be plain JSON. */
interface CountedText {
  readonly text: string;
  readonly notes: readonly string[];
}

function formatted({ text, notes }: CountedText): CountedRelease {
  return { spec: formatSpec({ text }), notes };
}

/** The inputs are all that `countFromHistory` looks at; the commit stands for the history before it. */
async function remembered(spec: SpecText, input: CountInput): Promise<CountedText> {
  const { component, sources, project, tool, mode = 'august-2026' } = input;
  const changelog = await changelogOf(input);
  const count = () => countFromHistory(spec, { ...input, changelog });
  if (input.remembered === undefined) {
    return count();
  }
  const { tasks, code } = input.remembered;
  const inputs = {
    spec: sha256(formatSpec(spec)),
    specName: sources.specName,
    changelog: changelog === undefined ? null : sha256(changelog),
    upstream: sources.upstream?.commit ?? null,
    upstreamName: component.spec.type === 'upstream' ? component.spec.name : null,
    calculation: component.release,
    macros: [...countedMacros(component)].map(([name, value]) => [name, value ?? null]),
    project,
    tool,
    mode,
  };
  const task = { kind: 'release', name: component.name, inputs, code, objects: () => [] };
  return (await tasks.run<CountedText>(task, count)).value;
}

function countedMacros({ build }: Component): KnownMacros {
  return knownMacros({ build });
}

async function countFromHistory(
  spec: SpecText,
  input: CountInput & { readonly changelog: Buffer | undefined },
): Promise<CountedText> {
  const { component, sources, project, tool, changelog } = input;
  const upstream = await sources.history?.();
  const { history, commits, warnings } = combineHistory({
    history: upstream?.commits ?? [],
    ...projectCommits(project, upstream?.commits[0]?.authored ?? 0),
    ...(project.lock?.importCommit === undefined ? {} : { importCommit: project.lock.importCommit }),
    changelog: { blob: changelog === undefined ? undefined : overlaidChangelog },
    tool,
  });
  const expanded = await expandAutospec({
    spec: raiseRelease(spec, input, commits),
    specName: sources.specName,
    history,
    readBlob: async (id) =>
      id === overlaidChangelog && changelog !== undefined
        ? changelog
        : ((await upstream?.readBlob(id)) ?? Buffer.alloc(0)),
    macros: countedMacros(component),
    tool,
  });
  return { text: expanded.spec.text, notes: warnings };
}

async function changelogOf({ files }: CountInput): Promise<Buffer | undefined> {
  return (await files.list()).some(({ path }) => path === 'changelog') ? files.read('changelog') : undefined;
}

/** How often the project changed the component: the place in upstream's history does not matter for a number. */
function countCommits({ project, tool }: CountInput): number {
  const { lockCommits, dirty } = projectCommits(project, 0);
  const anywhere = <T extends { readonly upstreamCommit: string }>(commit: T): T => ({ ...commit, upstreamCommit: '' });
  return combineHistory({
    history: [],
    lockCommits: lockCommits.map(anywhere),
    ...(dirty === undefined ? {} : { dirty: anywhere(dirty) }),
    tool,
  }).commits;
}

/**
 * The history of the lock, and what the lock would say now when that is not committed. Hashes that azldev wrote cannot
 * be compared with ours: a component that has one counts as committed. A project without locks counts nothing.
 */
function projectCommits(
  { lock, fingerprint, commits, sourceDateEpoch }: ProjectHistory,
  upstreamTime: number,
): { lockCommits: readonly LockCommit[]; dirty?: Pick<LockCommit, 'upstreamCommit' | 'fingerprint' | 'time'> } {
  const newest = commits.at(-1);
  const isForeign = [newest?.fingerprint, lock?.inputFingerprint].some((each) => each?.startsWith('sha256:'));
  if (lock === undefined || isForeign || newest?.fingerprint === fingerprint) {
    return { lockCommits: commits };
  }
  const time = sourceDateEpoch ?? Math.max(upstreamTime, newest?.time ?? 0);
  return { lockCommits: commits, dirty: { upstreamCommit: lock.upstreamCommit ?? '', fingerprint, time } };
}
