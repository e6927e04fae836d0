import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/core';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import type { Run } from '../run-command.ts';
import { imageDirectory } from './image-list.ts';
import { namedImage } from './named.ts';

interface BootFlags {
  readonly memory?: number;
  readonly cpus?: number;
  readonly sshPort?: number;
  readonly console: string;
}

export function addImageBoot(parent: Command, run: Run): void {
  parent
    .command('boot <name>')
    .description('boot a built image in a virtual machine with qemu; the image is not changed')
    .option('--memory <MiB>', 'memory of the machine (default: 2048)', wholeNumber)
    .option('--cpus <count>', 'processors of the machine (default: 2)', wholeNumber)
    .option('--ssh-port <port>', 'port of this machine that leads to ssh (default: any free one)', wholeNumber)
    .option('--console <file>', 'write the console to a file instead of this terminal', 'stdio')
    .action((name: string, flags: BootFlags, command: Command) =>
      run(command, (context) => bootNamed(context, name, flags)),
    );
}

async function bootNamed(context: CommandContext, name: string, flags: BootFlags): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const image = namedImage(project, name);
  const diskPath = join(imageDirectory(project, image.name), `${image.name}.raw`);
  const repository = join(project.directories.output, 'repository');
  if (!(await isThere(diskPath))) {
    throw new SlipwayError('CLI_NOT_BUILT', `Cannot boot ${name}: its disk image has not been built`, {
      hint: 'run slipway build; only images with a raw disk can be booted',
      at: { file: diskPath },
    });
  }
  const { bootImage } = await import('../boot/boot-image.ts');
  await bootImage({
    diskPath,
    console: flags.console,
    say: (line) => void context.machine.stderr.write(`${line}\n`),
    ...((await isThere(repository)) && { repositoryDirectory: repository }),
    ...(flags.memory !== undefined && { memoryMiB: flags.memory }),
    ...(flags.cpus !== undefined && { cpus: flags.cpus }),
    ...(flags.sshPort !== undefined && { sshPort: flags.sshPort }),
  });
  return { json: { image: name, disk: diskPath }, text: '' };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,6}$/.test(text)) {
    throw new InvalidArgumentError('It must be a whole number above zero.');
  }
  return Number(text);
}
