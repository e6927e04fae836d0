import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image, ImageDefinition, Project } from '@slipway/project';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { formatTable } from '../output/format-table.ts';
import type { Run } from '../run-command.ts';

export function addImageList(parent: Command, run: Run): void {
  parent
    .command('list')
    .description('list the images of the project and what has been built of them')
    .action((_options: unknown, command: Command) => run(command, listImages));
}

async function listImages(context: CommandContext): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const list = await Promise.all([...project.images.values()].map((image) => describe(project, image)));
  const columns = [
    { title: 'image' },
    { title: 'formats' },
    { title: 'packages', align: 'right' },
    { title: 'built' },
    { title: 'description' },
  ] as const;
  const rows = list.map(({ name, formats, requestedPackages, built, description }) => [
    name,
    formats.join(', '),
    String(requestedPackages),
    built.join(', ') || 'no',
    description,
  ]);
  return { json: list, text: formatTable(columns, rows) };
}

async function describe(project: Project, image: Image) {
  const definition = await definitionOf(project, image);
  return {
    name: image.name,
    description: image.description ?? definition?.description ?? '',
    formats: definition === undefined ? [] : formatsOf(definition),
    requestedPackages: definition?.packages?.length ?? 0,
    capabilities: image.capabilities ?? {},
    built: (await readdir(imageDirectory(project, image.name)).catch(() => [])).toSorted(),
  };
}

/** Where the main job puts the files of an image. */
export function imageDirectory(project: Project, image: string): string {
  return join(project.directories.output, 'images', image);
}

async function definitionOf(project: Project, image: Image): Promise<ImageDefinition | undefined> {
  if (image.definition?.type !== 'slipway') {
    return undefined;
  }
  const { loadImage } = await import('@slipway/project');
  return (await loadImage(project, image.name)).definition;
}

function formatsOf({ disk, container }: ImageDefinition): string[] {
  return [...(disk === undefined ? [] : (disk.formats ?? ['raw'])), ...(container === undefined ? [] : ['oci'])];
}
