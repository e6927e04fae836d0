import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileError, plural } from '@slipway/core';
import type { Component, Project } from '@slipway/project';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { printable } from '../output/printable.ts';
import type { Run } from '../run-command.ts';
import { specSource } from './component-list.ts';
import { namedComponent } from './named.ts';

export function addComponentShow(parent: Command, run: Run): void {
  parent
    .command('show <name>')
    .description('show the overlays of a component, and its spec after them when the project has it')
    .action((name: string, _options: unknown, command: Command) =>
      run(command, (context) => showComponent(context, name)),
    );
}

async function showComponent(context: CommandContext, name: string): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const component = namedComponent(project, name);
  const overlays = describeOverlays(project, component);
  const spec = component.spec.type === 'local' ? await renderSpec(project, component, component.spec.path) : undefined;
  const json = { name, spec: component.spec, groups: component.groups, overlays, renderedSpec: spec ?? null };
  return { json, text: printable(formatComponent(component, overlays, spec)) };
}

type DescribedOverlay = ReturnType<typeof describeOverlays>[number];

function describeOverlays(project: Project, component: Component) {
  return component.overlays.map(({ overlay, metadata, reason, origin }) => {
    const { file, line } = project.position(origin);
    return {
      type: overlay.type,
      description: overlay.description ?? '',
      reason: reason ?? '',
      category: metadata?.category ?? null,
      upstreamStatus: metadata?.upstreamStatus ?? null,
      at: { file: relative(project.directory, file), line: line ?? 1 },
    };
  });
}

/** The spec after the overlays, as the build gets it; archives are not opened for this. */
async function renderSpec(project: Project, component: Component, path: string): Promise<string> {
  const [{ placedOverlays }, { applyOverlays, isArchiveOverlay, MemorySourceFiles }] = await Promise.all([
    import('@slipway/project'),
    import('@slipway/spec'),
  ]);
  const overlays = placedOverlays(project, component).filter((overlay) => !isArchiveOverlay(overlay));
  const files = new MemorySourceFiles(await filesBeside(path));
  const loadSource = async (source: string) => ({ bytes: await load(source), mode: 0o644 });
  const { spec } = await applyOverlays({ spec: await load(path), specName: basename(path), files }, overlays, {
    loadSource,
  });
  return spec.toString('utf8');
}

async function filesBeside(path: string): Promise<Record<string, Uint8Array>> {
  const directory = dirname(path);
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !/\.(toml|spec|md)$/.test(entry.name));
  const contents = await Promise.all(names.map(async ({ name }) => [name, await load(join(directory, name))] as const));
  return Object.fromEntries(contents);
}

function load(path: string): Promise<Buffer> {
  return readFile(path).catch((cause) => Promise.reject(fileError('read', path, cause)));
}

function formatComponent(
  { name, spec, groups }: Component,
  overlays: readonly DescribedOverlay[],
  rendered: string | undefined,
): string {
  const head = [
    `${name}: spec from ${specSource(spec)}`,
    ...(groups.length > 0 ? [`groups: ${groups.join(', ')}`] : []),
  ];
  const list = overlays.map(formatOverlay).join('');
  const text = rendered === undefined ? '' : `\nSpec after the overlays:\n\n${rendered}`;
  return `${head.join('\n')}\n\n${plural(overlays.length, 'overlay')}\n${list}${text}`;
}

function formatOverlay({ type, description, reason, category, upstreamStatus, at }: DescribedOverlay): string {
  const why = reason === '' ? '' : `    why: ${reason}\n`;
  const status = `${category ?? 'uncategorised'}, upstream: ${upstreamStatus ?? 'not stated'}`;
  const what = description === '' ? '' : `    ${description}\n`;
  return `\n  ${type} (${at.file}:${at.line})\n${what}${why}    ${status}\n`;
}
