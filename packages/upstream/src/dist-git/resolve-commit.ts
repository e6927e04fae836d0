import { plural, SlipwayError } from '@slipway/core';
import { checkBranchName, type DatedCommit } from './git/bare-repository.ts';
import { parseCommit } from './git/commit-object.ts';
import { formatInstant, isPast, parseInstant, planSnapshotCommit } from './snapshot-commit.ts';
import type { UpstreamRepository } from './upstream-repository.ts';

export interface CommitRequest {
  readonly component: string;
  /** `dist-git-base-uri` with the name of the package (`distGitUri`). */
  readonly uri: string;
  readonly branch: string;
  /** RFC 3339 with an offset. */
  readonly snapshot?: string;
  /** 7 to 40 hexadecimal digits. */
  readonly pin?: string;
  /** 40 hexadecimal digits, from the lock file. */
  readonly locked?: string;
  /** RFC 3339: when the lock was written. */
  readonly lockedAt?: string;
  /** Asks upstream also for what was found out before: it may have rewritten its history. Nothing is asked offline. */
  readonly refresh?: boolean;
}

export interface ResolvedCommit {
  /** 40 lower-case hexadecimal digits. */
  readonly commit: string;
  readonly how: 'locked' | 'pinned' | 'snapshot' | 'head';
}

/** What a run says about itself. */
export interface Moment {
  readonly offline: boolean;
  /** Start of the run, seconds since 1970. */
  readonly now: number;
}

/** A commit message and its headers, as far as they are shown. */
const shownLimits = { objectBytes: 1 << 20, totalBytes: 16 << 20, what: 'commits' };
const shownCandidates = 5;

/**
 * Chooses the upstream commit (overlays.md 3.1): the locked one, the pin, the newest at the snapshot time along first
 * parents, the branch's newest. Asks the network only for what cannot be known from what was fetched.
 */
export async function resolveCommit(
  repository: UpstreamRepository,
  request: CommitRequest,
  moment: Moment,
): Promise<ResolvedCommit> {
  checkBranchName(request.branch);
  const { locked, pin, snapshot } = request;
  if (request.refresh === true && !moment.offline) {
    await refresh(repository, request);
  }
  if (locked !== undefined) {
    return { commit: await resolveNamed(repository, request, checkHex(locked, 40)), how: 'locked' };
  }
  if (pin !== undefined) {
    return { commit: await resolveNamed(repository, request, checkHex(pin, 7)), how: 'pinned' };
  }
  if (snapshot !== undefined) {
    return { commit: await resolveSnapshot(repository, { ...request, snapshot }, moment), how: 'snapshot' };
  }
  return { commit: await resolveHead(repository, request, moment), how: 'head' };
}

async function refresh(repository: UpstreamRepository, { branch, component, ...named }: CommitRequest): Promise<void> {
  const need = { what: `the branch ${branch}`, component };
  const isNamed = named.locked !== undefined || named.pin !== undefined; // may be on any branch
  await (isNamed ? repository.fetchAllBranches(need) : repository.fetchBranch(branch, need));
  await repository.forget();
}

function checkHex(text: string, least: number): string {
  if (!/^[0-9a-fA-F]{7,40}$/.test(text) || text.length < least) {
    throw new SlipwayError('UPSTREAM_BAD_ADDRESS', `Cannot use ${JSON.stringify(text.slice(0, 80))} as a commit`, {
      hint: least === 40 ? 'a locked commit has 40 hexadecimal digits' : 'a commit has 7 to 40 hexadecimal digits',
    });
  }
  return text.toLowerCase();
}

/** A commit that the project names; it must be on a branch, not necessarily on the one that the component follows. */
async function resolveNamed(repository: UpstreamRepository, request: CommitRequest, name: string): Promise<string> {
  const question = { commit: name };
  const known = await repository.recall(question);
  if (known !== undefined) {
    return known;
  }
  const commit =
    name.length === 40 ? await findFull(repository, request, name) : await findShort(repository, request, name);
  if (commit === undefined) {
    throw await unreachable(repository, request, name);
  }
  return repository.remember(question, commit);
}

async function findFull(
  repository: UpstreamRepository,
  request: CommitRequest,
  commit: string,
): Promise<string | undefined> {
  const need = { what: `the commit ${commit}`, component: request.component };
  const steps = [
    async () => {},
    () => repository.fetchBranch(request.branch, need).catch(unlessNoBranch),
    () => repository.fetchAllBranches(need),
  ];
  for (const step of steps) {
    await step();
    if (await repository.bare.isReachable(commit)) {
      return commit;
    }
  }
  return undefined;
}

/** The branch may have gone since the commit was recorded. */
function unlessNoBranch(failure: unknown): void {
  if (!(failure instanceof SlipwayError && failure.code === 'UPSTREAM_NO_BRANCH')) {
    throw failure;
  }
}

/** All branches are asked: the answer may not depend on which of them happen to be in the cache. */
async function findShort(
  repository: UpstreamRepository,
  request: CommitRequest,
  prefix: string,
): Promise<string | undefined> {
  await repository.fetchAllBranches({ what: `the commit ${prefix}`, component: request.component });
  const found: string[] = [];
  for (const commit of await repository.bare.commitsWithPrefix(prefix)) {
    if (await repository.bare.isReachable(commit)) {
      found.push(commit);
    }
  }
  if (found.length > 1) {
    throw await ambiguous(repository, prefix, found);
  }
  return found[0];
}

async function resolveSnapshot(
  repository: UpstreamRepository,
  request: CommitRequest & { readonly snapshot: string },
  { offline, now }: Moment,
): Promise<string> {
  const { branch, snapshot, component } = request;
  const seconds = parseInstant(snapshot);
  const question = { branch, seconds };
  const known = await repository.recall(question);
  if (known !== undefined) {
    return known;
  }
  let commits = await repository.bare.firstParents(branch);
  const isComing = seconds > now; // the answer may still change: nothing newer than the newest that is there
  if (commits === undefined || !(isPast(commits, seconds) || (offline && isComing))) {
    await repository.fetchBranch(branch, { what: `the branch ${branch} up to ${snapshot}`, component });
    commits = (await repository.bare.firstParents(branch)) ?? [];
  }
  const commit = planSnapshotCommit(commits, seconds);
  if (commit === undefined) {
    throw noCommit(request, commits.at(-1));
  }
  if (!isComing || isPast(commits, seconds)) {
    await repository.remember(question, commit);
  }
  return repository.remember({ commit }, commit); // for the lock that will name it
}

async function resolveHead(
  repository: UpstreamRepository,
  { branch, component }: CommitRequest,
  { offline }: Moment,
): Promise<string> {
  const need = { what: `the branch ${branch}`, component };
  if (!offline || (await repository.bare.tip(branch)) === undefined) {
    await repository.fetchBranch(branch, need);
  }
  const commit = (await repository.bare.tip(branch)) as string;
  return repository.remember({ commit }, commit); // for the lock that will name it
}

function noCommit({ branch, snapshot, uri }: CommitRequest, first: DatedCommit | undefined): SlipwayError {
  const since = first === undefined ? 'has no commits' : `begins at ${formatInstant(first.committed)}`;
  return new SlipwayError('UPSTREAM_NO_COMMIT', `Cannot find a commit of ${uri} at ${snapshot}: ${branch} ${since}`, {
    hint: 'choose a later snapshot, or name a commit with upstream-commit',
    data: { branch, snapshot, ...(first === undefined ? {} : { first: first.commit }) },
  });
}

async function unreachable(
  repository: UpstreamRepository,
  { component, uri, branch, locked, lockedAt }: CommitRequest,
  name: string,
): Promise<SlipwayError> {
  const [kind, remedy] =
    locked === undefined
      ? ['pinned', `set upstream-commit of ${component} to a commit of ${branch}`]
      : ['locked', `choose its commit anew: slipway component update --again ${component}`];
  const when = locked === undefined || lockedAt === undefined ? '' : ` (locked ${lockedAt})`;
  const [old] = name.length === 40 ? await describe(repository, [name]) : [];
  const left = old === undefined ? '' : `; the cache still has it: ${old}`;
  return new SlipwayError(
    'UPSTREAM_COMMIT_UNREACHABLE',
    `Cannot use the ${kind} commit ${name}${when} of ${uri}: it is neither on ${branch} nor on another branch${left}`,
    {
      hint: `upstream rewrote its history, or the commit is of another package; ${remedy}`,
      data: { component, branch, commit: name, ...(when === '' ? {} : { lockedAt }) },
    },
  );
}

async function ambiguous(repository: UpstreamRepository, prefix: string, found: string[]): Promise<SlipwayError> {
  const shown = await describe(repository, found.slice(0, shownCandidates));
  return new SlipwayError(
    'UPSTREAM_AMBIGUOUS_COMMIT',
    `Cannot tell which commit of ${repository.bare.uri} ${prefix} is: it stands for ${plural(found.length, 'commit')}`,
    { hint: `write one of them in full: ${shown.join(', ')}`, data: { prefix, found } },
  );
}

/** `id, date, "subject"` of those that are in the cache. */
async function describe(repository: UpstreamRepository, ids: readonly string[]): Promise<string[]> {
  const sizes = await repository.bare.sizes(ids);
  const present = ids.filter((_, index) => sizes[index]?.type === 'commit');
  const described: string[] = [];
  for await (const { id, bytes } of repository.bare.objects(present, shownLimits)) {
    const { committed, message } = parseCommit(id, bytes);
    const subject = JSON.stringify(message.split('\n', 1)[0]?.slice(0, 60) ?? '');
    described.push(`${id} of ${formatInstant(committed)}, ${subject}`);
  }
  return described;
}
