import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProgramResult, runProgram } from '@slipway/core';
import { interactiveSeed, loginUser } from '../../apps/cli/src/boot/interactive-seed.ts';
import { type MachineEnd, type RunningMachine, startMachine } from '../../apps/cli/src/boot/start-machine.ts';

/** A booted virtual machine that answers ssh. */
export interface Guest {
  readonly machine: RunningMachine;
  /** Runs a shell command as root. Without `timeoutSeconds`: a minute. */
  run(command: string, timeoutSeconds?: number): Promise<ProgramResult>;
  /** As `run`, but a non-zero status throws; gives stdout without the line end. */
  output(command: string, timeoutSeconds?: number): Promise<string>;
  /** Copies a text into a file of the guest. */
  write(path: string, text: string): Promise<void>;
  stop(): Promise<MachineEnd>;
}

export interface GuestOptions {
  readonly diskPath: string;
  /** The virtual disk is made this large, as a cloud does with an image. */
  readonly diskBytes: number;
  readonly consoleLog: string;
  /** From the start of qemu to the first ssh session. */
  readonly bootSeconds: number;
}

const pauseMilliseconds = 1000;
const target = `${loginUser}@127.0.0.1`;

/** Boots a copy-on-write disk over `diskPath` and waits for ssh with a key that cloud-init took from the seed. */
export async function bootGuest(options: GuestOptions): Promise<Guest> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-guest-'));
  try {
    const publicKey = await makeKey(join(directory, 'key'));
    const disk = join(directory, 'disk.qcow2');
    const overlay = [
      'create',
      '-q',
      '-b',
      options.diskPath,
      '-F',
      'raw',
      '-f',
      'qcow2',
      disk,
      String(options.diskBytes),
    ];
    await expectSuccess('qemu-img', overlay);
    const seed = interactiveSeed({
      login: { kind: 'ssh-key', publicKeys: [publicKey], files: [] },
      instance: 'slipway-test-1',
    });
    const start = () => startGuest({ ...options, diskPath: disk }, { directory, seed });
    return await start().catch((cause) => (cause instanceof StalledKernel ? start() : Promise.reject(cause)));
  } catch (cause) {
    await rm(directory, { recursive: true, force: true });
    throw cause;
  }
}

/**
 * Emulated processors of a busy host now and then hang while the kernel brings up the second one: nothing of the image
 * runs yet then. The machine is started once more.
 */
class StalledKernel extends Error {}

async function startGuest(
  options: GuestOptions,
  { directory, seed }: { readonly directory: string; readonly seed: ReturnType<typeof interactiveSeed> },
): Promise<Guest> {
  const machine = await startMachine({
    diskPath: options.diskPath,
    diskFormat: 'qcow2',
    seed,
    console: options.consoleLog,
    // The image boots quietly; the log is to say which unit fails.
    kernelArguments: 'systemd.show_status=1',
    accelerator: process.env.SLIPWAY_TEST_ACCELERATOR === 'tcg' ? 'tcg' : 'auto',
  });
  const guest = new SshGuest(machine, directory);
  try {
    await guest.waitForLogin(options);
    return guest;
  } catch (cause) {
    await (cause instanceof StalledKernel ? machine : guest).stop();
    throw cause;
  }
}

async function makeKey(path: string): Promise<string> {
  await expectSuccess('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'slipway-test', '-f', path]);
  return (await readFile(`${path}.pub`, 'utf8')).trim();
}

async function expectSuccess(command: string, args: readonly string[]): Promise<void> {
  const { status, stderr } = await runProgram(command, args, { timeoutSeconds: 60 });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  }
}

class SshGuest implements Guest {
  readonly machine: RunningMachine;
  readonly #directory: string;
  #connection: ChildProcess | undefined;

  constructor(machine: RunningMachine, directory: string) {
    this.machine = machine;
    this.#directory = directory;
  }

  run(command: string, timeoutSeconds = 60): Promise<ProgramResult> {
    return this.#ssh(`sudo -n sh -c ${quote(command)}`, { timeoutSeconds });
  }

  async output(command: string, timeoutSeconds?: number): Promise<string> {
    const { status, stdout, stderr } = await this.run(command, timeoutSeconds);
    if (status !== 0) {
      throw new Error(`${command}\nended with status ${status} in the guest:\n${stdout}${stderr}`);
    }
    return stdout.toString().trimEnd();
  }

  async write(path: string, text: string): Promise<void> {
    await this.#ssh(`sudo -n tee ${quote(path)}`, { timeoutSeconds: 60, input: text });
  }

  async stop(): Promise<MachineEnd> {
    this.#connection?.kill();
    try {
      return await this.machine.stop();
    } finally {
      await rm(this.#directory, { recursive: true, force: true });
    }
  }

  async waitForLogin({ bootSeconds, consoleLog }: GuestOptions): Promise<void> {
    const deadline = Date.now() + bootSeconds * 1000;
    const isStalled = stallTest(consoleLog);
    let last = '';
    while (Date.now() < deadline) {
      if (await isStalled()) {
        throw new StalledKernel(`the kernel came to a stop:\n${await tailOf(consoleLog)}`);
      }
      const ended = await Promise.race([this.machine.ended, sleep(pauseMilliseconds)]);
      if (ended !== undefined) {
        throw new Error(`qemu ended with status ${ended.status}: ${ended.errors}\n${await tailOf(consoleLog)}`);
      }
      const { status, stderr } = await this.#ssh('true', { timeoutSeconds: 20 });
      if (status === 0) {
        this.#connection = spawn('ssh', [...this.#sshOptions(), '-M', '-N', target], { stdio: 'ignore' });
        return;
      }
      last = stderr;
    }
    throw new Error(`no ssh session within ${bootSeconds} seconds: ${last}\n${await tailOf(consoleLog)}`);
  }

  /** All commands go through one connection: its handshake takes seconds on an emulated processor. */
  #ssh(command: string, options: { timeoutSeconds: number; input?: string }): Promise<ProgramResult> {
    return runProgram('ssh', [...this.#sshOptions(), target, command], options);
  }

  #sshOptions(): string[] {
    const settings = [
      'BatchMode=yes',
      'IdentitiesOnly=yes',
      'StrictHostKeyChecking=accept-new',
      `UserKnownHostsFile=${join(this.#directory, 'known_hosts')}`,
      'ConnectTimeout=10',
      'ServerAliveInterval=15',
      `ControlPath=${join(this.#directory, 'connection')}`,
      'LogLevel=ERROR',
    ].flatMap((each) => ['-o', each]);
    const key = ['-i', join(this.#directory, 'key'), '-p', String(this.machine.sshPort)];
    return ['-F', 'none', ...settings, ...key];
  }
}

/** A kernel that says nothing for so long, and has not started anything, has stopped. */
const stallMilliseconds = 100_000;

function stallTest(consoleLog: string): () => Promise<boolean> {
  let seen = 0;
  let since = Date.now();
  return async () => {
    const text = await readFile(consoleLog, 'utf8').catch(() => '');
    if (text.length !== seen) {
      seen = text.length;
      since = Date.now();
    }
    return !text.includes('systemd[1]') && Date.now() - since > stallMilliseconds;
  };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const shownLines = 60;

/** The last lines of a log, without terminal control sequences. */
export async function tailOf(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the control characters of a console
  const plain = text.replace(/\x1b(\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9]|[=>])/g, '').replaceAll('\r', '');
  return plain
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-shownLines)
    .join('\n');
}
