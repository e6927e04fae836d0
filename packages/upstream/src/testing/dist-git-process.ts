import { setTimeout as sleep } from 'node:timers/promises';
import { Store, sha256 } from '@slipway/core';
import { DistGit } from '../dist-git/dist-git.ts';
import { now } from './upstream-fixture.ts';

/** A process of its own: prints the newest commit of a repository, the number of its files, and its spec. */
const [directory = '', uri = ''] = process.argv.slice(2);
const run = new DistGit({
  ...{ cacheDirectory: `${directory}/cache`, store: new Store(`${directory}/store`), code: sha256('test'), now },
  ...{ offline: false, timeoutSeconds: 30, retries: 0, concurrency: 2, wait: (seconds) => sleep(seconds * 1000) },
});
const { commit } = await run.resolveCommit({ component: 'demo', uri, branch: 'rawhide' });
const tree = await run.readTree(uri, commit);
console.log(commit, tree.files.length, String(await tree.readSpec('demo')).trim());
