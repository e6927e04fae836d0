import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadCodeDigests, type ProgressListener, SlipwayError, Store, TaskCache } from '@slipway/core';
import type { Project } from '@slipway/project';
import type { RememberedCounts, SourceLoader } from '@slipway/render';
import type { Lookaside, UpstreamOptions } from '@slipway/upstream';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../context.ts';
import { cacheDirectory } from '../machine/directories.ts';
import type { Machine } from '../machine/machine.ts';

/** How a command may use the network. */
export interface NetworkOptions {
  readonly offline?: boolean;
  readonly networkRetries: number;
  readonly networkTimeout: number;
}

/** For commands that have no options for it. */
export const defaultNetwork: NetworkOptions = { networkRetries: 3, networkTimeout: 60 };

/** Gives a command the options for dist-git and lookaside. */
export function withNetwork(command: Command): Command {
  return command
    .option('--offline', 'take everything from the cache; what is missing is an error')
    .option(
      '--network-retries <count>',
      'further attempts after a failure of the network',
      wholeNumber,
      defaultNetwork.networkRetries,
    )
    .option(
      '--network-timeout <seconds>',
      'give up on a server that sends nothing for so long',
      wholeNumber,
      defaultNetwork.networkTimeout,
    );
}

function wholeNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text)) {
    throw new InvalidArgumentError('It must be a whole number.');
  }
  return Number(text);
}

interface Running {
  readonly network: NetworkOptions;
  readonly progress: ProgressListener;
  readonly signal: AbortSignal;
}

/** Opens the caches of dist-git for a project. */
export async function openSources({ machine }: CommandContext, project: Project, run: Running): Promise<SourceLoader> {
  const [{ DistGit }, { SourceLoader: Loader }] = await Promise.all([
    import('@slipway/upstream'),
    import('@slipway/render'),
  ]);
  return new Loader(project, new DistGit(await upstreamOptions(machine, run)));
}

/** Opens the cache of source files, with the store that they are kept in. */
export async function openLookaside(
  { machine }: Pick<CommandContext, 'machine'>,
  run: Running,
): Promise<{ readonly lookaside: Lookaside; readonly store: Store }> {
  const { Lookaside: Cache } = await import('@slipway/upstream');
  const options = await upstreamOptions(machine, run);
  return { lookaside: new Cache(options), store: options.store };
}

async function upstreamOptions(machine: Machine, { network, progress, signal }: Running): Promise<UpstreamOptions> {
  const cache = cacheDirectory(machine);
  return {
    cacheDirectory: cache,
    store: new Store(join(cache, 'store')),
    code: (await loadCodeDigests()).of('core', 'upstream'),
    now: Math.floor(machine.now() / 1000),
    offline: network.offline ?? false,
    timeoutSeconds: Math.max(1, network.networkTimeout),
    retries: network.networkRetries,
    wait: (seconds) => pause(seconds, signal),
    concurrency: 2 * availableParallelism(),
    environment: machine.env,
    progress,
    signal,
  };
}

/** What is remembered of rendering, as long as neither its inputs nor the program changed. */
export async function openRememberedCounts({ machine }: CommandContext): Promise<RememberedCounts> {
  const cache = cacheDirectory(machine);
  return {
    tasks: new TaskCache(join(cache, 'rendering'), new Store(join(cache, 'store'))),
    code: (await loadCodeDigests()).of('core', 'project', 'render', 'spec', 'upstream'),
  };
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal }).catch((cause) => {
    throw new SlipwayError('CORE_CANCELLED', 'Cannot finish: the run was interrupted', { cause });
  });
}
