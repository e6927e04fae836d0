import { SlipwayError } from '@slipway/core';
import type { ImageDefinition } from '@slipway/project';
import type { ContentSource, FileInode, FileTree } from '@slipway/tree';
import { plainModule } from './analyse-package.ts';
import { type ComposedImage, theKernel } from './compose-image.ts';
import { planInitrd } from './initrd/plan-initrd.ts';
import { systemdProfile } from './initrd/systemd-profile.ts';
import type { ModuleInfo } from './kernel/module-info.ts';

/** What the EFI system partition of an image is made from; paths are those of the image's tree. */
export interface BootFiles {
  readonly kernelVersion: string;
  readonly kernel: FileInode;
  readonly initrd: FileTree;
  /** systemd's boot stub for unified kernel images. */
  readonly stub: FileInode;
  /** systemd-boot. */
  readonly loader: FileInode;
  readonly osRelease: FileInode;
  /** Name that UEFI firmware starts from removable media: `BOOTX64.EFI` (UEFI 2.10, 3.5.1.1). */
  readonly fallbackName: string;
}

export interface BootFilesRequest {
  readonly architecture: 'x86_64' | 'aarch64';
  readonly content: ContentSource;
  readonly time: number;
}

const efiSuffix = { x86_64: 'x64', aarch64: 'aa64' } as const;

/** Finds kernel, stub and boot loader in a composed image and plans its initrd. */
export async function planBootFiles(
  image: ComposedImage,
  definition: ImageDefinition,
  request: BootFilesRequest,
): Promise<BootFiles> {
  const kernel = theKernel(image);
  const suffix = efiSuffix[request.architecture];
  const initrd = await planInitrd({
    root: image.tree,
    profile: systemdProfile,
    libraries: { elf: image.elf, directories: image.libraryDirectories },
    kernelVersion: kernel.version,
    kernel: kernel.input,
    modules: definition.initrd?.modules ?? [],
    files: definition.initrd?.files ?? [],
    moduleBytes: (module) => moduleBytes(image.tree, kernel.version, module, request.content),
    time: request.time,
  });
  return {
    kernelVersion: kernel.version,
    kernel: requiredFile(image.tree, kernel.path),
    initrd,
    stub: requiredFile(image.tree, `/usr/lib/systemd/boot/efi/linux${suffix}.efi.stub`),
    loader: requiredFile(image.tree, `/usr/lib/systemd/boot/efi/systemd-boot${suffix}.efi`),
    osRelease: requiredFile(image.tree, '/usr/lib/os-release'),
    fallbackName: `BOOT${suffix.toUpperCase()}.EFI`,
  };
}

function requiredFile(tree: FileTree, path: string): FileInode {
  const inode = tree.lookup(path);
  if (inode?.type !== 'file') {
    throw new SlipwayError('COMPOSE_MISSING_FILE', `Cannot make the image bootable: it has no ${path}`, {
      hint: 'an image with a kernel needs the package systemd-boot-efi and a release package',
    });
  }
  return inode;
}

async function moduleBytes(
  tree: FileTree,
  version: string,
  module: ModuleInfo,
  content: ContentSource,
): Promise<Buffer> {
  const path = `/usr/lib/modules/${version}/${module.path}`;
  const inode = requiredFile(tree, path);
  return plainModule(fileChunks(inode, content), path);
}

async function* fileChunks(inode: FileInode, content: ContentSource): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of content.stream([inode])) {
    yield bytes;
  }
}
