import { join } from 'node:path';
import type { Component, Project } from '@slipway/project';
import type { RenderedDifference, RenderedFile } from '@slipway/render';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject, withProgress } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import type { Run } from '../run-command.ts';
import { lockHistoryOf } from '../upstream/lock-history.ts';
import { type NetworkOptions, openSources, withNetwork } from '../upstream/open-sources.ts';
import { namedComponent } from './named.ts';

export function addComponentDiff(parent: Command, run: Run): void {
  withNetwork(parent.command('diff <name>'))
    .description('show the whole difference between a component as upstream has it and as it is rendered')
    .action((name: string, options: NetworkOptions, command: Command) =>
      run(command, (context) => diff(context, name, options)),
    );
}

async function diff(context: CommandContext, name: string, network: NetworkOptions): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const component = namedComponent(project, name);
  const differences = await differencesOf(context, { project, component, network });
  const { paintDiff } = await import('@slipway/render');
  const text = differences.map((each) => `${paintDiff(each.diff.trimEnd(), context.paint)}\n`).join('');
  return {
    json: { component: name, differences },
    text: text === '' ? `${name} is rendered as upstream has it.\n` : text,
  };
}

async function differencesOf(
  context: CommandContext,
  { project, component, network }: { project: Project; component: Component; network: NetworkOptions },
): Promise<readonly RenderedDifference[]> {
  const [{ compareRendered, Identities, renderedOf }, { loadComponentLock, loadLock }] = await Promise.all([
    import('@slipway/render'),
    import('@slipway/project'),
  ]);
  return withProgress(context, async (progress, signal) => {
    const sources = await openSources(context, project, { network, progress, signal });
    const lockHistory = await lockHistoryOf(context, project, progress);
    const identities = new Identities(project, await loadLock(join(project.directory, 'slipway.lock')));
    const rendered = await renderedOf(component, { project, sources, lockHistory }, identities);
    const upstream = await sources.load(component, await loadComponentLock(project, component.name));
    const before: RenderedFile[] = [{ path: upstream.specName, bytes: upstream.spec, mode: 0o644 }];
    for (const { path, mode } of await upstream.files.list()) {
      before.push({ path, bytes: await upstream.files.read(path), mode: (mode & 0o111) === 0 ? 0o644 : 0o755 });
    }
    return compareRendered(before, rendered.files);
  });
}
