import { type ChildProcess, spawn } from 'node:child_process';
import { access, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileError, SlipwayError } from '@slipway/core';
import { findEmulator } from './find-emulator.ts';
import { type Firmware, findFirmware } from './find-firmware.ts';
import { emulatedProcessor, probeProcessor } from './probe-processor.ts';
import { type Accelerator, type MachineDescription, qemuArguments } from './qemu-arguments.ts';
import { type CloudSeed, writeSeedVolume } from './seed-volume.ts';

export interface MachineOptions {
  readonly diskPath: string;
  /** Default raw. */
  readonly diskFormat?: 'raw' | 'qcow2';
  /** Default 2048. */
  readonly memoryMiB?: number;
  /** Default 2. */
  readonly cpus?: number;
  /** Default: any free port. */
  readonly sshPort?: number;
  readonly seed: CloudSeed;
  /** Added to the command line of the kernel. */
  readonly kernelArguments?: string;
  /** The serial console: this terminal, or the path of a file. */
  readonly console: string;
  /** Default auto: KVM where it works. */
  readonly accelerator?: 'auto' | 'tcg';
}

export interface RunningMachine {
  readonly accelerator: Accelerator;
  readonly sshPort: number;
  /** qemu's exit status (128 and more: ended by a signal) and what it wrote to stderr, when it has ended. */
  readonly ended: Promise<MachineEnd>;
  /** Ends qemu if it still runs, waits, and removes the temporary files. */
  stop(): Promise<MachineEnd>;
}

export interface MachineEnd {
  readonly status: number;
  readonly errors: string;
}

/** Between asking qemu to end and ending it. */
const graceMilliseconds = 5000;

/**
 * Starts a virtual machine with UEFI from a copy-on-write view of a disk. The caller must `stop` it.
 * Throws `CLI_NO_QEMU`, `CLI_NO_FIRMWARE`, `CORE_FILE_ACCESS`.
 */
export async function startMachine(options: MachineOptions): Promise<RunningMachine> {
  await access(options.diskPath).catch((cause) => Promise.reject(fileError('read', options.diskPath, cause)));
  const emulator = await findEmulator(process.env.PATH ?? '');
  const firmware = await findFirmware();
  const directory = await mkdtemp(join(tmpdir(), 'slipway-boot-'));
  try {
    const description = await prepare(options, { emulator, firmware, directory });
    return run(emulator, description, directory);
  } catch (cause) {
    await rm(directory, { recursive: true, force: true });
    throw cause;
  }
}

interface Parts {
  readonly emulator: string;
  readonly firmware: Firmware;
  readonly directory: string;
}

async function prepare(options: MachineOptions, { emulator, firmware, directory }: Parts): Promise<MachineDescription> {
  const { accelerator = 'auto', console } = options;
  const variables = join(directory, 'variables.fd');
  const seed = join(directory, 'seed.img');
  await copyFile(firmware.variables, variables);
  await writeSeedVolume(seed, options.seed, Math.floor(Date.now() / 1000));
  if (console !== 'stdio') {
    await mkdir(dirname(console), { recursive: true });
  }
  return {
    processor:
      accelerator === 'auto' ? await probeProcessor(emulator, { code: firmware.code, variables }) : emulatedProcessor,
    cpus: options.cpus ?? 2,
    memoryMiB: options.memoryMiB ?? 2048,
    firmware: { code: firmware.code, variables },
    disk: { path: options.diskPath, format: options.diskFormat ?? 'raw' },
    seed,
    ...(options.kernelArguments === undefined ? {} : { kernelArguments: options.kernelArguments }),
    sshPort: options.sshPort ?? (await freePort()),
    console: console === 'stdio' ? 'stdio' : { file: console },
  };
}

/** A port of the loopback that was free a moment ago: qemu says so if somebody takes it first. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function run(emulator: string, description: MachineDescription, directory: string): RunningMachine {
  const terminal = description.console === 'stdio' ? 'inherit' : 'ignore';
  const child = spawn(emulator, qemuArguments(description), { stdio: [terminal, terminal, 'pipe'] });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = endOf(child).finally(() => process.off('exit', killWithUs));
  ended.catch(() => undefined); // seen by whoever awaits it
  return {
    accelerator: description.processor.accelerator,
    sshPort: description.sshPort,
    ended,
    async stop() {
      try {
        return await endWithin(child, ended);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}

function endOf(child: ChildProcess): Promise<MachineEnd> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-64 * 1024);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new SlipwayError('CORE_TOOL_FAILED', `Cannot run qemu: ${cause.message}`, { cause })),
    );
    child.once('close', (code, signal) => resolve({ status: code ?? (signal === 'SIGKILL' ? 137 : 143), errors }));
  });
}

async function endWithin(child: ChildProcess, ended: Promise<MachineEnd>): Promise<MachineEnd> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMilliseconds);
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}
