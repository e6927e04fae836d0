import { copyFileSync, cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { asDigest, Store } from '@slipway/core';
import { debianArchive } from '../test/support/debian-archive.ts';
import { distribution, outputs } from '../test/support/main-job.ts';
import { cache } from './inputs.ts';
import { atExit } from './scratch.ts';
import { figuresOf, formatLoad, medians, printTable } from './side-by-side.ts';
import { runStages, type StageUsage } from './stage-usage.ts';

const warmRuns = 3;

/** The whole main job of the reference distribution; no peer does the same, so the figures stand for themselves. */
export async function mainJob(): Promise<string | undefined> {
  if (debianArchive() === undefined) {
    return 'no Debian archive: apt looks whether its index is still the newest';
  }
  const root = mkdtempSync(join(tmpdir(), 'slipway-bench-job-'));
  atExit(() => rmSync(root, { recursive: true, force: true }));
  prepareProject(root);
  const before = formatLoad();
  const cold = await quickstart(root);
  const between = formatLoad();
  const warm = [];
  for (let run = 0; run < warmRuns; run++) {
    warm.push(await quickstart(root));
  }
  process.stdout.write('\nmainjob: quickstart of distros/slipway on this disk; no peer, absolute figures\n');
  process.stdout.write(`  one cold run, load average ${before}, afterwards ${between}\n`);
  printTable([['stage', 'CPU', 'wall', 'peak so far', ''], ...cold.stages.map(stageRow)]);
  process.stdout.write(`\n  whole process; warm: median of ${warmRuns}, load average afterwards ${formatLoad()}\n`);
  printTable([
    ['', 'CPU', 'wall', 'peak'],
    ['cold, without downloads', ...figuresOf(cold.usage)],
    ['warm, nothing changed', ...figuresOf(medians(warm.map(({ usage }) => usage)))],
  ]);
  process.stdout.write(
    '  - CPU of a stage is that of the process and of programs it waited for; peak is the largest process\n',
  );
  return undefined;
}

/** A copy of the project, and a cache that has what would come from the network and nothing else. */
function prepareProject(root: string): void {
  cpSync(distribution, join(root, 'project'), { recursive: true, filter: (path) => path !== outputs.directory });
  // copies: apt writes into its files
  cpSync(join(cache, 'apt'), join(root, 'cache/apt'), { recursive: true });
  const shared = new Store(join(cache, 'store'));
  const own = new Store(join(root, 'cache/store'));
  for (const digest of downloadedDigests()) {
    const [from, to] = [shared.path(asDigest(digest)), own.path(asDigest(digest))];
    mkdirSync(dirname(to), { recursive: true });
    linkOrCopy(from, to);
  }
}

/** Packages and sources of every snapshot that the cache remembers; some may be gone from the store. */
function downloadedDigests(): ReadonlySet<string> {
  const directory = join(cache, 'tasks/snapshot');
  const digests = new Set<string>();
  for (const name of readdirSync(directory).filter((each) => each.endsWith('.json'))) {
    const { result } = JSON.parse(readFileSync(join(directory, name), 'utf8')) as {
      result: { packages: { digest: string }[]; sources: { digest: string }[] };
    };
    for (const { digest } of [...result.packages, ...result.sources]) {
      digests.add(digest);
    }
  }
  return digests;
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      return; // the run will fetch it
    }
    if (code !== 'EXDEV') {
      throw cause;
    }
    copyFileSync(from, to);
  }
}

function quickstart(root: string) {
  return runStages(['quickstart', '--project', join(root, 'project'), '--progress', 'json'], {
    SLIPWAY_CACHE: join(root, 'cache'),
    SLIPWAY_STATE: join(root, 'state'),
  });
}

function stageRow({ stage, usage, summary }: StageUsage): string[] {
  return [stage, ...figuresOf(usage), summary];
}
