import type { Workspace } from '@slipway/pipeline';
import type { CommandContext } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { describeMainJob } from '../output/describe-main-job.ts';

/** Runs the main job of an open project and describes what came out of it. */
export async function runMainJobOf(context: CommandContext, workspace: Workspace): Promise<CommandOutput> {
  const { runMainJob } = await import('@slipway/pipeline');
  return describeMainJob(context, workspace, await runMainJob(workspace));
}
