import type { Firmware } from './find-firmware.ts';

/** How qemu runs the processor: in hardware, or by translating every instruction (some ten times slower). */
export type Accelerator = 'kvm' | 'tcg';

/** What goes to qemu's -accel and -cpu. */
export interface Processor {
  readonly accelerator: Accelerator;
  readonly model: string;
}

export interface MachineDescription {
  readonly processor: Processor;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** `variables` is the machine's own copy. */
  readonly firmware: Firmware;
  readonly disk: { readonly path: string; readonly format: 'raw' | 'qcow2' };
  /** NoCloud volume. */
  readonly seed: string;
  /** Added to the command line of the kernel, which systemd-stub takes from SMBIOS (systemd-stub(7)). */
  readonly kernelArguments?: string;
  /** Port on 127.0.0.1 that leads to the guest's port 22. */
  readonly sshPort: number;
  /** The serial port: this terminal, or a file. */
  readonly console: 'stdio' | { readonly file: string };
}

/** qemu's arguments. The disk is not changed: what the machine writes goes to a temporary file (`snapshot=on`). */
export function qemuArguments(machine: MachineDescription): string[] {
  const { firmware, disk } = machine;
  return [
    ...machineArguments(machine),
    ...firmwareArguments(firmware),
    ...['-drive', `if=none,id=disk,format=${disk.format},snapshot=on,discard=unmap,file=${escapeValue(disk.path)}`],
    ...['-device', 'virtio-blk-pci,drive=disk,bootindex=0'],
    ...['-drive', `if=none,id=seed,format=raw,readonly=on,file=${escapeValue(machine.seed)}`],
    ...['-device', 'virtio-blk-pci,drive=seed'],
    ...['-device', 'virtio-rng-pci'],
    ...['-netdev', `user,id=net,hostfwd=tcp:127.0.0.1:${machine.sshPort}-:22`, '-device', 'virtio-net-pci,netdev=net'],
    ...kernelCommandLine(machine.kernelArguments),
    ...['-chardev', consoleBackend(machine.console), '-serial', 'chardev:console'],
  ];
}

export function machineArguments(machine: Pick<MachineDescription, 'processor' | 'cpus' | 'memoryMiB'>): string[] {
  const { accelerator, model } = machine.processor;
  return [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-vga', 'none'],
    ...['-machine', 'q35', '-accel', accelerator, '-cpu', model],
    ...['-smp', String(machine.cpus), '-m', String(machine.memoryMiB)],
  ];
}

export function firmwareArguments(firmware: Firmware): string[] {
  return [
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${escapeValue(firmware.code)}`],
    ...['-drive', `if=pflash,unit=1,format=raw,file=${escapeValue(firmware.variables)}`],
  ];
}

function kernelCommandLine(added: string | undefined): string[] {
  const value = `io.systemd.stub.kernel-cmdline-extra=${escapeValue(added ?? '')}`;
  return added === undefined ? [] : ['-smbios', `type=11,value=${value}`];
}

/** With `signal=on` Ctrl-C reaches qemu and not the guest. */
function consoleBackend(console: MachineDescription['console']): string {
  return console === 'stdio' ? 'stdio,id=console,signal=on' : `file,id=console,path=${escapeValue(console.file)}`;
}

/** In qemu's option lists a comma ends a value; two stand for one. */
function escapeValue(value: string): string {
  return value.replaceAll(',', ',,');
}
