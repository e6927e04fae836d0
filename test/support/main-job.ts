import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { debianArchive } from './debian-archive.ts';
import { checkout, slipway } from './slipway.ts';

export const distribution = join(checkout, 'distros/slipway');
const output = join(distribution, 'out');

/** What the main job leaves in the reference distribution. */
export const outputs = {
  directory: output,
  logs: join(output, 'logs'),
  rawDisk: join(output, 'images/server/server.raw'),
  vhd: join(output, 'images/server/server.vhd'),
  qcow2: join(output, 'images/server/server.qcow2'),
  ociLayout: join(output, 'images/container/oci'),
  repositories: join(output, 'repository'),
  repository: join(output, 'repository/x86_64'),
  publicKey: join(output, 'repository/RPM-GPG-KEY-slipway'),
} as const;

/** Cold, with every package to download and import, on two slow processors. */
export const mainJobSeconds = 40 * 60;

const isComplete = () =>
  [outputs.rawDisk, outputs.vhd, outputs.qcow2, outputs.ociLayout, outputs.publicKey].every(existsSync);

/** Why the main job's outputs cannot be had here, or false. */
export function noOutputs(): string | false {
  return (
    !isComplete() && debianArchive() === undefined && 'the distribution is not built and there is no Debian archive'
  );
}

let ready: Promise<void> | undefined;

/**
 * Brings the outputs up to date (seconds when nothing changed); with SLIPWAY_REUSE_OUTPUTS=1 they are taken as they
 * are. Test files run side by side: one builds, the others wait.
 */
export function ensureOutputs(): Promise<void> {
  ready ??= process.env.SLIPWAY_REUSE_OUTPUTS === '1' && isComplete() ? Promise.resolve() : runMainJob();
  return ready;
}

async function runMainJob(): Promise<void> {
  const args = ['quickstart', '--project', distribution, '--progress', 'plain'];
  const deadline = Date.now() + mainJobSeconds * 1000;
  while (Date.now() < deadline) {
    const { status, stdout, stderr } = await slipway(args, { timeoutSeconds: mainJobSeconds });
    if (status === 0) {
      return;
    }
    if (!stderr.includes('CORE_BUSY')) {
      throw new Error(`slipway ${args.join(' ')} ended with status ${status}:\n${stdout}${stderr}`);
    }
    await sleep(2000);
  }
  throw new Error(`another process worked on ${output} for ${mainJobSeconds} seconds`);
}
