import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { SlipwayError } from '@slipway/core';

/** Where distributions put qemu outside of PATH (the enterprise ones do). */
const otherPlaces = ['/usr/bin/qemu-system-x86_64', '/usr/local/bin/qemu-system-x86_64', '/usr/libexec/qemu-kvm'];

/** The first of these programs in `searchPath` (as in $PATH) or at a usual place. Throws `CLI_NO_QEMU`. */
export async function findEmulator(searchPath: string, places: readonly string[] = otherPlaces): Promise<string> {
  const directories = searchPath.split(delimiter).filter((each) => each !== '');
  for (const candidate of [...directories.map((each) => join(each, 'qemu-system-x86_64')), ...places]) {
    if (await isExecutable(candidate)) {
      return candidate;
    }
  }
  throw new SlipwayError('CLI_NO_QEMU', 'Cannot boot an image: qemu-system-x86_64 is not installed', {
    hint: 'install it (Debian and Ubuntu: apt install qemu-system-x86 ovmf; Fedora: dnf install qemu-system-x86 edk2-ovmf)',
  });
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
