import { randomUUID } from 'node:crypto';
import { SlipwayError } from '@slipway/core';
import { chooseLogin, interactiveSeed, type Login, loginUser } from './interactive-seed.ts';
import type { CloudSeed } from './seed-volume.ts';
import { type DirectoryServer, serveDirectory } from './serve-directory.ts';
import { type MachineOptions, type RunningMachine, startMachine } from './start-machine.ts';

export interface BootOptions extends Omit<MachineOptions, 'seed'> {
  /** Served to the guest while it runs; dnf in the guest is pointed to it unless `seed` is given. */
  readonly repositoryDirectory?: string;
  /** Default: a user `slipway` with the invoking user's ssh key, or a random password. */
  readonly seed?: CloudSeed;
  /** Takes lines for the person at the terminal. */
  readonly say: (line: string) => void;
}

/**
 * Boots a disk image with qemu and waits until the machine is switched off; the image is not changed. Ctrl-C ends
 * qemu only. Throws `CLI_NO_QEMU`, `CLI_NO_FIRMWARE`, `CORE_FILE_ACCESS`, and `CORE_TOOL_FAILED` when qemu fails.
 */
export async function bootImage(options: BootOptions): Promise<void> {
  const server =
    options.repositoryDirectory === undefined ? undefined : await serveDirectory(options.repositoryDirectory);
  try {
    const login = options.seed === undefined ? await chooseLogin() : undefined;
    const machine = await startMachine({ ...options, seed: options.seed ?? seedFor(login as Login, server) });
    describe(machine, options, login);
    await untilEnded(machine);
  } finally {
    await server?.close();
  }
}

function seedFor(login: Login, server: DirectoryServer | undefined): CloudSeed {
  const instance = `slipway-${randomUUID()}`;
  return interactiveSeed({ login, instance, ...(server === undefined ? {} : { repositoryPort: server.port }) });
}

function describe(machine: RunningMachine, { diskPath, console, say }: BootOptions, login: Login | undefined): void {
  say(`Booting ${diskPath}; the image stays as it is.`);
  if (machine.accelerator === 'tcg') {
    say('KVM is not usable on this machine: instructions are emulated, and everything is several times slower.');
  }
  if (login !== undefined) {
    say(
      `Log in with: ssh -p ${machine.sshPort} -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no ${loginUser}@127.0.0.1`,
    );
    say(login.kind === 'password' ? `Password of ${loginUser}: ${login.password}` : `Key: ${login.files.join(', ')}`);
  }
  say(console === 'stdio' ? 'Ctrl-C ends the machine.' : `Console: ${console}`);
}

/** Ctrl-C goes to all programs of the terminal: qemu ends by it, and this program must live to clean up. */
async function untilEnded(machine: RunningMachine): Promise<void> {
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    machine.stop().catch(() => undefined);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) {
    process.on(signal, interrupt);
  }
  try {
    const end = await machine.ended;
    if (end.status !== 0 && !isInterrupted) {
      throw new SlipwayError('CORE_TOOL_FAILED', `Cannot run the machine: qemu ended with status ${end.status}`, {
        hint: end.errors.trim() || 'look at the console above',
      });
    }
  } finally {
    for (const signal of signals) {
      process.off(signal, interrupt);
    }
    await machine.stop();
  }
}
