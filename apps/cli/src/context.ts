import type { Workspace } from '@slipway/pipeline';
import type { Project } from '@slipway/project';
import type { GlobalOptions } from './global-options.ts';
import { aptSources } from './machine/apt-sources.ts';
import { cacheDirectory, stateDirectory } from './machine/directories.ts';
import type { Machine } from './machine/machine.ts';
import { projectDirectory } from './machine/project-directory.ts';
import { type Paint, paintFor } from './output/paint.ts';
import { chooseStyle, createReporter } from './progress/reporter.ts';

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

/** Loads the project that the options name. */
export async function loadNamedProject({ machine, options }: CommandContext): Promise<Project> {
  const [directory, { loadProject }] = await Promise.all([
    projectDirectory(machine, options.project),
    import('@slipway/project'),
  ]);
  return loadProject(directory);
}

/**
 * Opens a project for work, shows the progress of `work` on stderr, and leaves the terminal in order however it ends.
 * `directory` wins over the project that the options name.
 */
export async function withWorkspace<T>(
  context: CommandContext,
  work: (workspace: Workspace) => Promise<T>,
  directory?: string,
): Promise<T> {
  const { machine, options } = context;
  const { openWorkspace } = await import('@slipway/pipeline');
  const reporter = createReporter(chooseStyle(options.progress, machine.stderr, options.json ?? false), {
    sink: machine.stderr,
    now: machine.now,
    paint: paintFor(machine.stderr, machine.env),
  });
  try {
    const project = directory ?? (await projectDirectory(machine, options.project));
    const sources = await aptSources();
    return await machine.interruptible(async (signal) =>
      work(
        await openWorkspace({
          project,
          cacheDirectory: cacheDirectory(machine),
          stateDirectory: stateDirectory(machine),
          aptSources: sources,
          isRoot: machine.isRoot,
          now: machine.now,
          progress: reporter.listen,
          signal,
        }),
      ),
    );
  } finally {
    reporter.close();
  }
}
