import { access } from 'node:fs/promises';
import { SlipwayError } from '@slipway/core';

/** A UEFI firmware in two parts: its code, and the template of its variables, of which every machine has its own copy. */
export interface Firmware {
  readonly code: string;
  readonly variables: string;
}

/** Debian and Ubuntu (4 MiB, then the older 2 MiB build), Fedora, Arch, qemu's own copy. */
const usualPlaces: readonly Firmware[] = [
  { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
  { code: '/usr/share/OVMF/OVMF_CODE.fd', variables: '/usr/share/OVMF/OVMF_VARS.fd' },
  { code: '/usr/share/edk2/ovmf/OVMF_CODE.fd', variables: '/usr/share/edk2/ovmf/OVMF_VARS.fd' },
  { code: '/usr/share/edk2/x64/OVMF_CODE.4m.fd', variables: '/usr/share/edk2/x64/OVMF_VARS.4m.fd' },
  { code: '/usr/share/qemu/edk2-x86_64-code.fd', variables: '/usr/share/qemu/edk2-i386-vars.fd' },
];

/** Firmware without Secure Boot: the images are not signed for it. Throws `CLI_NO_FIRMWARE`. */
export async function findFirmware(places: readonly Firmware[] = usualPlaces): Promise<Firmware> {
  for (const candidate of places) {
    if ((await isReadable(candidate.code)) && (await isReadable(candidate.variables))) {
      return candidate;
    }
  }
  throw new SlipwayError('CLI_NO_FIRMWARE', 'Cannot boot an image: the UEFI firmware OVMF is not installed', {
    hint: 'install it (Debian and Ubuntu: apt install ovmf; Fedora: dnf install edk2-ovmf)',
  });
}

function isReadable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
