import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addBuild } from './commands/build.ts';
import { addComponentChanged } from './commands/component-changed.ts';
import { addComponentDiff } from './commands/component-diff.ts';
import { addComponentExplain } from './commands/component-explain.ts';
import { addComponentForecast } from './commands/component-forecast.ts';
import { addComponentLint } from './commands/component-lint.ts';
import { addComponentList } from './commands/component-list.ts';
import { addComponentRender } from './commands/component-render.ts';
import { addComponentShow } from './commands/component-show.ts';
import { addComponentSources } from './commands/component-sources.ts';
import { addComponentUpdate } from './commands/component-update.ts';
import { addConfigDump, addConfigSchema } from './commands/config.ts';
import { addDeviations } from './commands/deviations.ts';
import { addError } from './commands/error.ts';
import { addImageBoot } from './commands/image-boot.ts';
import { addImageDiff } from './commands/image-diff.ts';
import { addImageList } from './commands/image-list.ts';
import { addImagePackages } from './commands/image-packages.ts';
import { addImageScriptlets } from './commands/image-scriptlets.ts';
import { addImageTree } from './commands/image-tree.ts';
import { addImageWhy } from './commands/image-why.ts';
import { addQuickstart } from './commands/quickstart.ts';
import { addRepoBuild } from './commands/repo-build.ts';
import { addRepoCheck } from './commands/repo-check.ts';
import { addRepoDiff } from './commands/repo-diff.ts';
import { addRepoInstallable } from './commands/repo-installable.ts';
import { addRepoPrune } from './commands/repo-prune.ts';
import { addResolve } from './commands/resolve.ts';
import { addSnapshotShow } from './commands/snapshot-show.ts';
import { addGlobalOptions } from './global-options.ts';
import type { Machine } from './machine/machine.ts';
import { createRun } from './run-command.ts';

/** Columns of help text when the output is not a terminal. */
const helpColumns = 100;

/**
 * The whole command line. Commands import what they need when they run, so that help is quick. `finish` learns the exit
 * status of a command that did its work.
 */
export function createProgram(machine: Machine, finish: (status: number) => void = () => {}): Command {
  const program = addGlobalOptions(new Command('slipway'))
    .description('Turns declarative overlays on an upstream package snapshot into a signed cloud Linux distribution.')
    .version(manifest.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => machine.stdout.write(text),
      writeErr: (text) => machine.stderr.write(text),
      outputError: () => {}, // runCli words and prints errors
      getOutHelpWidth: () => machine.stdout.columns ?? helpColumns,
      getErrHelpWidth: () => machine.stderr.columns ?? helpColumns,
    })
    .helpCommand(false)
    .exitOverride();
  const run = createRun(machine, finish);
  addQuickstart(program, run);
  addBuild(program, run);
  const image = group(program, 'image').description('images of the project');
  addImageList(image, run);
  addImagePackages(image, run);
  addImageTree(image, run);
  addImageWhy(image, run);
  addImageScriptlets(image, run);
  addImageDiff(image, run);
  addImageBoot(image, run);
  const component = group(program, 'component').description('components of the project');
  addComponentList(component, run);
  addComponentShow(component, run);
  addComponentLint(component, run);
  addComponentExplain(component, run);
  addComponentForecast(component, run);
  addComponentUpdate(component, run);
  addComponentRender(component, run);
  addComponentSources(component, run);
  addComponentDiff(component, run);
  addComponentChanged(component, run);
  addDeviations(program, run);
  const snapshot = group(program, 'snapshot').description('the locked upstream packages');
  addSnapshotShow(snapshot, run);
  const repo = group(program, 'repo').description('directories of packages and their metadata');
  addRepoBuild(repo, run);
  addRepoCheck(repo, run);
  addRepoDiff(repo, run);
  addRepoPrune(repo, run);
  addRepoInstallable(repo, run);
  addResolve(program, run);
  const config = group(program, 'config').description('the configuration of the project');
  addConfigDump(config, run);
  addConfigSchema(config, run);
  addError(program, run);
  return program;
}

/** A command that only holds others. */
function group(program: Command, name: string): Command {
  return program.command(name).helpCommand(false);
}
