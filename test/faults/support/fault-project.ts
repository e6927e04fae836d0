import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type Digest, type ProgressEvent, SlipwayError, SlipwayErrors, Store } from '@slipway/core';
import { type MainJobResult, openWorkspace, runMainJob } from '@slipway/pipeline';
import type { HostileArchive } from './hostile-archive.ts';

export interface ProjectPlan {
  readonly archive: HostileArchive;
  /** Packages of the image. */
  readonly packages: readonly string[];
  /** Lines added to slipway.toml. */
  readonly toml?: string;
  /** Lines added to [snapshots.test]. */
  readonly snapshot?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Existing directory for the cache; default: one below the root. */
  readonly cache?: string;
  readonly output?: string;
}

export interface Run {
  readonly result: MainJobResult;
  readonly events: readonly ProgressEvent[];
}

/** A project in a directory of its own, with its own cache and keys. */
export class FaultProject {
  readonly root: string;
  readonly directory: string;
  readonly cache: string;
  readonly state: string;
  readonly output: string;

  constructor(
    root: string,
    { cache, output }: { readonly cache?: string | undefined; readonly output?: string | undefined } = {},
  ) {
    this.root = root;
    this.directory = join(root, 'project');
    this.cache = cache ?? join(root, 'cache');
    this.state = join(root, 'state');
    this.output = output ?? join(this.directory, 'out');
  }

  static async create(plan: ProjectPlan): Promise<FaultProject> {
    const project = new FaultProject(await mkdtemp(join(tmpdir(), 'slipway-fault-')), plan);
    await project.write('archive.gpg', plan.archive.keyring);
    await project.write('slipway.toml', projectToml(plan));
    await project.write('image.toml', imageToml(plan.packages));
    for (const [name, text] of Object.entries(plan.files ?? {})) {
      await project.write(name, text);
    }
    return project;
  }

  get env(): Record<string, string> {
    return { ...(process.env as Record<string, string>), SLIPWAY_CACHE: this.cache, SLIPWAY_STATE: this.state };
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.directory, name)), { recursive: true });
    await writeFile(join(this.directory, name), content);
  }

  async edit(name: string, change: (text: string) => string): Promise<void> {
    await this.write(name, change(await readFile(join(this.directory, name), 'utf8')));
  }

  /** The main job in this process. */
  async run(onEvent: (event: ProgressEvent) => void = () => {}): Promise<Run> {
    const events: ProgressEvent[] = [];
    const workspace = await openWorkspace({
      ...{ project: this.directory, cacheDirectory: this.cache, stateDirectory: this.state, aptSources: [] },
      isRoot: process.getuid?.() === 0,
      now: () => Date.now(),
      progress: (event) => {
        events.push(event);
        onEvent(event);
      },
    });
    return { result: await runMainJob(workspace), events };
  }

  /** The one error that a run ends with. */
  async failure(onEvent?: (event: ProgressEvent) => void): Promise<SlipwayError> {
    const errors = await this.failures(onEvent);
    if (errors.length !== 1 || errors[0] === undefined) {
      throw new Error(`${errors.length} errors`);
    }
    return errors[0];
  }

  async failures(onEvent?: (event: ProgressEvent) => void): Promise<readonly SlipwayError[]> {
    try {
      await this.run(onEvent);
    } catch (cause) {
      if (cause instanceof SlipwayErrors) {
        return cause.errors;
      }
      if (cause instanceof SlipwayError) {
        return [cause];
      }
      throw cause;
    }
    throw new Error('the run succeeded');
  }

  get store(): Store {
    return new Store(join(this.cache, 'store'));
  }

  /** Reads every stored object again; throws when one has other bytes than its name says. Gives their number. */
  async verifyStore(): Promise<number> {
    let count = 0;
    for await (const digest of this.store.list()) {
      await this.store.verify(digest as Digest);
      count++;
    }
    return count;
  }

  /** Every file of the output with its digest; logs and the lock are no outputs. */
  async outputs(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const path of await filesBelow(this.output)) {
      const name = relative(this.output, path);
      if (name !== '.lock' && !name.startsWith('logs/')) {
        found[name] = createHash('sha256')
          .update(await readFile(path))
          .digest('hex');
      }
    }
    return found;
  }

  /** Temporary files that somebody left behind. */
  async leftovers(): Promise<string[]> {
    const places = [this.output, join(this.cache, 'store'), join(this.cache, 'tasks')];
    const files = (await Promise.all(places.map((place) => filesBelow(place)))).flat();
    const roots = await readdir(join(this.cache, 'buildroots')).catch(() => []);
    return [...files, ...roots].filter(
      (path) =>
        path.endsWith('.tmp') || path.includes('.tmp/') || path.includes('/incoming/') || path.endsWith('/.lock'),
    );
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

async function filesBelow(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const files: string[] = [];
  for (const name of names.sort()) {
    if ((await lstat(join(directory, name))).isFile()) {
      files.push(join(directory, name));
    }
  }
  return files;
}

function projectToml({ archive, toml = '', snapshot = '', output = 'out' }: ProjectPlan): string {
  return `[project]
description = "a project of a test"
default-distro = { name = "testing", version = "1" }
source-date-epoch = 1700000000
output-dir = ${JSON.stringify(output)}
log-dir = "logs"

[distros.testing]
description = "a distribution of a test"
default-version = "1"

[distros.testing.identity]
name = "Test Linux"
id = "testing"
version-id = "1"
vendor = "Test"
home-url = "https://test.example/"

[distros.testing.versions.1]
description = "first"
release-ver = "1"

[images.main]
description = "the image"
definition = { type = "slipway", path = "image.toml" }
capabilities = { container = true }
${toml}
[snapshots.test]
type = "apt"
base-uri = "${archive.url}"
suite = "forky"
components = ["main"]
architecture = "amd64"
keyring = "archive.gpg"
${snapshot}`;
}

export function imageToml(packages: readonly string[]): string {
  return `description = "a container image"\npackages = ${JSON.stringify(packages)}\n\n[container]\ncmd = ["/bin/true"]\n`;
}
