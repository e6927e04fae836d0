import type { ProgressListener } from '@slipway/core';
import type { Workspace } from '@slipway/pipeline';
import type { Project } from '@slipway/project';
import { formatWarnings } from './errors/format-warnings.ts';
import type { GlobalOptions } from './global-options.ts';
import { aptSources } from './machine/apt-sources.ts';
import { cacheDirectory, stateDirectory } from './machine/directories.ts';
import { loadOptions } from './machine/load-options.ts';
import type { Machine } from './machine/machine.ts';
import { projectDirectory } from './machine/project-directory.ts';
import { type Paint, paintFor } from './output/paint.ts';
import { chooseStyle, createReporter } from './progress/reporter.ts';
import { defaultNetwork, openLookaside } from './upstream/open-sources.ts';

/** What a command works with: the machine, and the options that every command takes. */
export interface CommandContext {
  readonly machine: Machine;
  readonly options: GlobalOptions;
  /** Colours of standard output. */
  readonly paint: Paint;
}

export function createContext(machine: Machine, options: GlobalOptions): CommandContext {
  return { machine, options, paint: paintFor(machine.stdout, machine.env) };
}

/** Loads the project that the options name; what it says that is doubtful goes to stderr. */
export async function loadNamedProject({ machine, options }: CommandContext): Promise<Project> {
  const [directory, { loadProject }] = await Promise.all([
    projectDirectory(machine, options.project),
    import('@slipway/project'),
  ]);
  const project = await loadProject(directory, await loadOptions(machine, options, directory));
  if (options.json !== true) {
    machine.stderr.write(formatWarnings(project.warnings, machine.directory));
  }
  return project;
}

/** Shows the progress of `work` on stderr, and leaves the terminal in order however it ends. */
export async function withProgress<T>(
  { machine, options }: CommandContext,
  work: (progress: ProgressListener, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const reporter = createReporter(chooseStyle(options.progress, machine.stderr, options.json ?? false), {
    sink: machine.stderr,
    now: machine.now,
    paint: paintFor(machine.stderr, machine.env),
  });
  try {
    return await machine.interruptible((signal) => work(reporter.listen, signal));
  } finally {
    reporter.close();
  }
}

/** Opens a project for work; `directory` wins over the project that the options name. */
export function withWorkspace<T>(
  context: CommandContext,
  work: (workspace: Workspace) => Promise<T>,
  directory?: string,
): Promise<T> {
  return withProgress(context, async (progress, signal) =>
    work(await openNamedWorkspace(context, { progress, signal }, directory)),
  );
}

export async function openNamedWorkspace(
  { machine, options }: CommandContext,
  { progress, signal }: { readonly progress: ProgressListener; readonly signal: AbortSignal },
  directory?: string,
): Promise<Workspace> {
  const { openWorkspace } = await import('@slipway/pipeline');
  const project = directory ?? (await projectDirectory(machine, options.project));
  return openWorkspace({
    project,
    load: await loadOptions(machine, options, project),
    cacheDirectory: cacheDirectory(machine),
    stateDirectory: stateDirectory(machine),
    aptSources: await aptSources(),
    isRoot: machine.isRoot,
    now: machine.now,
    progress,
    openLookaside: async () =>
      (await openLookaside({ machine }, { network: defaultNetwork, progress, signal })).lookaside,
    signal,
  });
}
