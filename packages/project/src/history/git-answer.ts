import { type GitOptions, runGit, SlipwayError } from '@slipway/core';

/** Time for one question to the repository of a project; the log of a large one takes seconds. */
const timeoutSeconds = 300;

/** What git answers about the repository that a project is in. Throws `PROJECT_REVISION` with `reason` when it refuses. */
export async function gitAnswer(
  directory: string,
  args: readonly string[],
  { reason, ...options }: GitOptions & { readonly reason: string },
): Promise<Buffer> {
  const { status, stdout, stderr } = await runGit(args, { cwd: directory, timeoutSeconds, ...options });
  if (status !== 0) {
    const said = stderr.trim() === '' ? '' : ` (git: ${stderr.trim().split('\n').at(-1)})`;
    throw new SlipwayError('PROJECT_REVISION', `Cannot look at the history of ${directory}: ${reason}${said}`, {
      hint: 'name a commit, branch or tag of the repository that the project is in',
      at: { file: directory },
    });
  }
  return stdout;
}
