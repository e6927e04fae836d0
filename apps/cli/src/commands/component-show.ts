import { relative } from 'node:path';
import { plural, type SlipwayError } from '@slipway/core';
import type { Component, Project } from '@slipway/project';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject, withProgress } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { printable } from '../output/printable.ts';
import { errorOfComponent } from '../progress/each-component.ts';
import type { Run } from '../run-command.ts';
import { ComponentAccess } from '../upstream/component-access.ts';
import { specSource } from './component-list.ts';
import { namedComponent } from './named.ts';

const cacheOnly = { offline: true, networkRetries: 0, networkTimeout: 1 };

export function addComponentShow(parent: Command, run: Run): void {
  parent
    .command('show <name>')
    .description('show the overlays of a component, and its spec after them: what is at hand, without the network')
    .action((name: string, _options: unknown, command: Command) =>
      run(command, (context) => showComponent(context, name)),
    );
}

async function showComponent(context: CommandContext, name: string): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const component = namedComponent(project, name);
  const overlays = describeOverlays(project, component);
  const { spec, problem } = await specAfterOverlays(context, project, component);
  const json = {
    ...{ name, spec: component.spec, groups: component.groups, overlays },
    ...{ renderedSpec: spec ?? null, problem: problem ?? null },
  };
  const text = formatComponent(component, overlays) + formatSpec(name, { spec, problem });
  return { json, text: printable(text), status: problem === undefined || isAbsent(problem) ? 0 : problem.exitStatus };
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

interface ShownSpec {
  readonly spec?: string | undefined;
  /** Why there is none. */
  readonly problem?: SlipwayError | undefined;
}

/** From what is at hand: nothing is fetched, imported packages are not opened, nor archives. */
async function specAfterOverlays(context: CommandContext, project: Project, component: Component): Promise<ShownSpec> {
  if (component.spec.type === 'import') {
    return {};
  }
  try {
    return { spec: await renderSpec(context, project, component) };
  } catch (failure) {
    return { problem: errorOfComponent(failure) };
  }
}

async function renderSpec(context: CommandContext, project: Project, component: Component): Promise<string> {
  const [{ placedOverlays }, { applyOverlays, isArchiveOverlay, MemorySourceFiles }, { projectFileLoader, toolOf }] =
    await Promise.all([import('@slipway/project'), import('@slipway/spec'), import('@slipway/render')]);
  const overlays = placedOverlays(project, component).filter((overlay) => !isArchiveOverlay(overlay));
  const options = {
    loadSource: projectFileLoader(project),
    mode: project.overlayMode,
    refuseWithoutEffect: toolOf(project) === 'slipway',
  };
  return withProgress(context, (progress, signal) =>
    new ComponentAccess(context, project, { network: cacheOnly, progress, signal }).with(
      component,
      async (prepared) => {
        const files = new MemorySourceFiles();
        for (const { path, mode } of await prepared.files.list()) {
          await files.write(path, await prepared.files.read(path), mode);
        }
        const input = { spec: Buffer.from(prepared.spec), specName: prepared.specName, files };
        return (await applyOverlays(input, overlays, options)).spec.toString('utf8');
      },
    ),
  );
}

function isAbsent({ code }: SlipwayError): boolean {
  return code === 'UPSTREAM_OFFLINE';
}

function formatComponent({ name, spec, groups }: Component, overlays: readonly DescribedOverlay[]): string {
  const head = [
    `${name}: spec from ${specSource(spec)}`,
    ...(groups.length > 0 ? [`groups: ${groups.join(', ')}`] : []),
  ];
  return `${head.join('\n')}\n\n${plural(overlays.length, 'overlay')}\n${overlays.map(formatOverlay).join('')}`;
}

function formatSpec(name: string, { spec, problem }: ShownSpec): string {
  if (spec !== undefined) {
    return `\nSpec after the overlays:\n\n${spec}`;
  }
  if (problem === undefined) {
    return `\nIts spec is made from the package: slipway component explain ${name} shows what the overlays change.\n`;
  }
  return isAbsent(problem)
    ? `\nIts spec is not in the cache: slipway component explain ${name} gets it.\n`
    : `\nIts spec cannot be shown: ${problem.code}: ${problem.message}\nSee slipway component explain ${name}\n`;
}

function formatOverlay({ type, description, reason, category, upstreamStatus, at }: DescribedOverlay): string {
  const why = reason === '' || reason === description ? '' : `    why: ${reason}\n`;
  const status = `${category ?? 'uncategorised'}, upstream: ${upstreamStatus ?? 'not stated'}`;
  const what = description === '' ? '' : `    ${description}\n`;
  return `\n  ${type} (${at.file}:${at.line})\n${what}${why}    ${status}\n`;
}
