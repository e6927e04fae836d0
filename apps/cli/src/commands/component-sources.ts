import { join, resolve } from 'node:path';
import { plural } from '@slipway/core';
import type { Component, Project } from '@slipway/project';
import type { PreparedSources } from '@slipway/render';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject, withProgress } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { formatBytes } from '../output/format-amount.ts';
import type { Paint } from '../output/paint.ts';
import { printable } from '../output/printable.ts';
import { shownPath } from '../output/shown-path.ts';
import type { Run } from '../run-command.ts';
import { lockHistoryOf } from '../upstream/lock-history.ts';
import { type NetworkOptions, openLookaside, openSources, withNetwork } from '../upstream/open-sources.ts';
import { namedComponent } from './named.ts';

interface SourcesOptions extends NetworkOptions {
  readonly output: string;
  readonly force?: boolean;
  readonly skipOverlays?: boolean;
  readonly skipSources?: boolean;
  readonly allowNoHashes?: boolean;
}

export function addComponentSources(parent: Command, run: Run): void {
  withNetwork(parent.command('sources <name>'))
    .description('put everything that rpmbuild needs of a component into one directory: spec, files, source archives')
    .requiredOption('-o, --output <dir>', 'the directory; it appears whole or not at all')
    .option('--force', 'replace a directory that has something in it')
    .option('--skip-overlays', 'leave the spec and the sources as upstream has them')
    .option('--skip-sources', 'download no source files; archives stay away, and so do the overlays inside them')
    .option('--allow-no-hashes', 'tell the digest of archives that overlays change where source-files has none yet')
    .action((name: string, options: SourcesOptions, command: Command) =>
      run(command, (context) => sources(context, name, options)),
    );
}

async function sources(context: CommandContext, name: string, options: SourcesOptions): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const component = namedComponent(project, name);
  const directory = resolve(context.machine.directory, options.output);
  const prepared = await prepare(context, { project, component, directory, options });
  const { upstream, ...json } = prepared;
  return {
    json: { ...json, directory, commit: upstream?.commit ?? null },
    text: formatPrepared(prepared, shownPath(directory, context.machine.directory), context.paint),
  };
}

interface Work {
  readonly project: Project;
  readonly component: Component;
  readonly directory: string;
  readonly options: SourcesOptions;
}

async function prepare(context: CommandContext, work: Work): Promise<PreparedSources> {
  const { project, component, options } = work;
  const [{ Identities, loadRenderContext, prepareSources, saveDirectory }, { loadLock }] = await Promise.all([
    import('@slipway/render'),
    import('@slipway/project'),
  ]);
  return withProgress(context, async (progress, signal) => {
    const started = context.machine.now();
    progress({ type: 'stage-start', stage: 'render' });
    const run = { network: options, progress, signal };
    const identities = new Identities(project, await loadLock(join(project.directory, 'slipway.lock')));
    const lockHistory = await lockHistoryOf(context, project, progress);
    const prepared = await saveDirectory(
      work.directory,
      { force: options.force ?? false, keep: project.directory },
      async (directory) => {
        const rendering = await loadRenderContext(component, { project, lockHistory }, identities);
        const loader = await openSources(context, project, run);
        return prepareSources(component, await loader.load(component, rendering.history.lock), {
          ...{ context: rendering, directory, ...(await openLookaside(context, run)), signal },
          skipOverlays: options.skipOverlays ?? false,
          skipSources: options.skipSources ?? false,
          allowMissingHashes: options.allowNoHashes ?? false,
          onArchive: ({ archive, doneBytes }) =>
            progress({ type: 'advance', stage: 'render', unit: 'bytes', done: doneBytes, item: archive }),
        });
      },
    );
    const seconds = (context.machine.now() - started) / 1000;
    progress({ type: 'stage-end', stage: 'render', seconds, summary: plural(prepared.files.length, 'file') });
    return prepared;
  });
}

function formatPrepared(
  { component, files, fetched, archives, notes }: PreparedSources,
  directory: string,
  paint: Paint,
) {
  const size = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return [
    ...notes.map((note) => paint('dim', printable(note))),
    ...archives.map(({ name, hashType, hash }) => printable(`${hashType} (${name}) = ${hash}`)),
    `${component} in ${directory}: ${plural(files.length, 'file')}, ${formatBytes(size)}; ` +
      `${fetched.length} from lookaside or origin, ${plural(archives.length, 'archive')} changed by overlays`,
    '',
  ].join('\n');
}
