import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Store, sha256 } from '@slipway/core';
import { DistGit } from '../dist-git/dist-git.ts';
import type { UpstreamOptions } from '../dist-git/upstream-options.ts';
import { GitHistory } from './git-history.ts';
import { type GitServer, serveGit } from './git-server.ts';

/** Seconds of 2026-05-01T00:00:00Z, after all commits of the tests. */
export const now = 1_777_593_600;

/** A directory that is gone after the test. */
export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-dist-git-'));
  t.after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}

export interface UpstreamFixture {
  readonly directory: string;
  readonly server: GitServer;
  /** The repository that is served as `demo`. */
  readonly history: GitHistory;
  readonly uri: string;
  /** Waits that were asked for, in seconds; nobody sleeps for those of a second and more. */
  readonly waits: number[];
  options(changes?: Partial<UpstreamOptions>): UpstreamOptions;
  /** A new run on the same cache. */
  distGit(changes?: Partial<UpstreamOptions>): DistGit;
}

export async function openUpstream(t: TestContext): Promise<UpstreamFixture> {
  const directory = temporaryDirectory(t);
  const server = await serveGit(join(directory, 'served'));
  t.after(() => server.close());
  const waits: number[] = [];
  const options = (changes: Partial<UpstreamOptions> = {}): UpstreamOptions => ({
    cacheDirectory: join(directory, 'cache'),
    store: new Store(join(directory, 'store')),
    code: sha256('test'),
    ...{ now, offline: false, timeoutSeconds: 20, retries: 3, concurrency: 4 },
    async wait(seconds) {
      waits.push(seconds);
      await sleep(seconds < 1 ? seconds * 1000 : 0);
    },
    ...changes,
  });
  return {
    ...{ directory, server, waits, options },
    history: new GitHistory(join(directory, 'served/demo')),
    uri: `${server.url}/demo`,
    distGit: (changes) => new DistGit(options(changes)),
  };
}
