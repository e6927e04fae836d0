import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { runProgram } from '@slipway/core';
import type { Firmware } from './find-firmware.ts';
import { firmwareArguments, machineArguments, type Processor } from './qemu-arguments.ts';

export const emulatedProcessor: Processor = { accelerator: 'tcg', model: 'max' };

/** In order of preference. Where KVM itself runs in a virtual machine, IA32_ARCH_CAPABILITIES may not be settable. */
const hardwareProcessors: readonly Processor[] = [
  { accelerator: 'kvm', model: 'host' },
  { accelerator: 'kvm', model: 'host,arch-capabilities=off' },
];

const probeSeconds = 10;
/** Terminal control sequences are the first that the firmware writes to its serial port, after a second or so. */
const signOfLife = '\x1b[';
const internalError = /KVM internal error|emulation failure/;

/**
 * The fastest processor with which the firmware comes to its console: in containers and nested machines /dev/kvm may
 * be there and lack instructions that every system needs. `firmware.variables` is not changed.
 */
export async function probeProcessor(emulator: string, firmware: Firmware): Promise<Processor> {
  const isOpen = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  for (const processor of isOpen ? hardwareProcessors : []) {
    if (await canStart(emulator, processor, firmware)) {
      return processor;
    }
  }
  return emulatedProcessor;
}

/** Whether a machine without disks shows a sign of life on its serial port. */
export async function canStart(emulator: string, processor: Processor, firmware: Firmware): Promise<boolean> {
  const seen = new AbortController();
  let output = '';
  const args = [...machineArguments({ processor, cpus: 2, memoryMiB: 256 }), ...firmwareArguments(firmware)];
  try {
    await runProgram(emulator, [...args, '-snapshot', '-chardev', 'stdio,id=console', '-serial', 'chardev:console'], {
      timeoutSeconds: probeSeconds,
      signal: seen.signal,
      onOutput(text) {
        output += text;
        if (output.includes(signOfLife) || internalError.test(output)) {
          seen.abort();
        }
      },
    });
  } catch (cause) {
    if (!seen.signal.aborted) {
      throw cause;
    }
  }
  return output.includes(signOfLife);
}
