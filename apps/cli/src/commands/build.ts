import type { Command } from 'commander';
import { withWorkspace } from '../context.ts';
import type { Run } from '../run-command.ts';
import { runMainJobOf } from './main-job.ts';

export function addBuild(parent: Command, run: Run): void {
  parent
    .command('build')
    .description('build everything the project defines: packages, repository, images, reports')
    .action((_options: unknown, command: Command) =>
      run(command, (context) => withWorkspace(context, (workspace) => runMainJobOf(context, workspace))),
    );
}
