import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type ProgramResult, runProgram } from '@slipway/core';

/** An unpacked OCI image that commands can be run in, each in a new container. */
export interface ContainerImage {
  /** The image's configuration as umoci made a runtime bundle of it. */
  readonly args: readonly string[];
  readonly runtime: string;
  /** Runs the image's entry point with a command; without it, the command as it is. */
  run(command: readonly string[], options?: { readonly entrypoint?: readonly string[] }): Promise<ProgramResult>;
  close(): Promise<void>;
}

/** Of the OCI runtime specification, the part that is changed here. */
interface RuntimeConfig {
  process: { terminal: boolean; args: string[]; noNewPrivileges?: boolean };
}

const runSeconds = 120;

/** Unpacks a layout with umoci and finds a runtime that works here: crun refuses hybrid cgroups, runc old kernels. */
export async function openContainerImage(layout: string): Promise<ContainerImage> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-container-'));
  try {
    const bundle = join(directory, 'bundle');
    const rootless = process.getuid?.() === 0 ? [] : ['--rootless'];
    await expectSuccess('umoci', ['unpack', ...rootless, '--image', `${layout}:${await tagOf(layout)}`, bundle]);
    const config = JSON.parse(await readFile(join(bundle, 'config.json'), 'utf8')) as RuntimeConfig;
    const runner = new BundleRunner(directory, config);
    await runner.chooseRuntime();
    return runner;
  } catch (cause) {
    await rm(directory, { recursive: true, force: true });
    throw cause;
  }
}

async function tagOf(layout: string): Promise<string> {
  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
    manifests: { annotations?: Record<string, string> }[];
  };
  return index.manifests[0]?.annotations?.['org.opencontainers.image.ref.name'] ?? 'latest';
}

async function expectSuccess(command: string, args: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await runProgram(command, args, { timeoutSeconds: runSeconds });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
  }
}

class BundleRunner implements ContainerImage {
  readonly args: readonly string[];
  readonly #directory: string;
  readonly #config: RuntimeConfig;
  #runtime = '';
  #runs = 0;

  constructor(directory: string, config: RuntimeConfig) {
    this.#directory = directory;
    this.#config = config;
    this.args = config.process.args;
  }

  get runtime(): string {
    return this.#runtime;
  }

  async chooseRuntime(): Promise<void> {
    const failures: string[] = [];
    for (const runtime of ['crun', 'runc']) {
      this.#runtime = runtime;
      const { status, stderr } = await this.run(['/bin/sh', '-c', 'exit 7'], { entrypoint: [] }).catch((cause) => ({
        status: 1,
        stderr: String(cause),
      }));
      if (status === 7) {
        return;
      }
      failures.push(`${runtime}: ${stderr.trim()}`);
    }
    throw new Error(`no container runtime works here:\n${failures.join('\n')}`);
  }

  async run(command: readonly string[], { entrypoint = this.#entrypoint() } = {}): Promise<ProgramResult> {
    const process = {
      ...this.#config.process,
      terminal: false,
      args: [...entrypoint, ...command],
      // The runtime must not do what the image itself is to do.
      noNewPrivileges: false,
    };
    await writeFile(join(this.#directory, 'bundle/config.json'), JSON.stringify({ ...this.#config, process }));
    const name = `${basename(this.#directory)}-${this.#runs++}`;
    const state = ['--root', join(this.#directory, 'state')];
    return runProgram(this.#runtime, [...state, 'run', '--bundle', join(this.#directory, 'bundle'), name], {
      timeoutSeconds: runSeconds,
    });
  }

  close(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true });
  }

  /** umoci joins entry point and command; the command of the image is its last word. */
  #entrypoint(): readonly string[] {
    return this.args.slice(0, -1);
  }
}
