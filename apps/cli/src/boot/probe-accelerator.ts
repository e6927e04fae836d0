import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@slipway/core';

/** How qemu runs the processor: in hardware, or by translating every instruction (some ten times slower). */
export type Accelerator = 'kvm' | 'tcg';

const biosBytes = 64 << 10;
/** x86 starts 16 bytes below the top of the BIOS, in real mode. */
const resetVector = biosBytes - 16;
/** mov al, 16; out 0xf4, al; hlt: qemu's isa-debug-exit device turns the value n into the exit status 2n + 1. */
const program = [0xb0, 0x10, 0xe6, 0xf4, 0xf4];
const expectedStatus = 2 * 0x10 + 1;
const probeSeconds = 10;

/**
 * `kvm` when a virtual machine with it really executes instructions: in containers and nested machines /dev/kvm may be
 * there and not work.
 */
export async function probeAccelerator(emulator: string, directory: string): Promise<Accelerator> {
  const isOpen = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  return isOpen && (await canExecute(emulator, 'kvm', directory)) ? 'kvm' : 'tcg';
}

/** Whether a virtual machine of three instructions comes to its end. `directory` takes its BIOS. */
export async function canExecute(emulator: string, accelerator: Accelerator, directory: string): Promise<boolean> {
  const bios = Buffer.alloc(biosBytes, 0xf4);
  bios.set(program, resetVector);
  const path = join(directory, 'probe.bin');
  await writeFile(path, bios);
  const args = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-m', '16', '-bios', path];
  const result = await runProgram(
    emulator,
    ['-machine', 'pc', '-accel', accelerator, ...args, '-device', 'isa-debug-exit,iobase=0xf4,iosize=1'],
    { timeoutSeconds: probeSeconds },
  );
  return result.status === expectedStatus;
}
