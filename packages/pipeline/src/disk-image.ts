import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BootFiles, type ComposedImage, payloadContent, planBootFiles } from '@slipway/compose';
import { type Digest, SlipwayError } from '@slipway/core';
import {
  deriveGuid,
  type FatFile,
  planExt4,
  planFat,
  planGpt,
  planUki,
  ukiSection,
  writeDiskImage,
  writeExt4,
  writeFat,
  writeInitramfs,
} from '@slipway/disk';
import {
  type ContentSource,
  type FileInode,
  type FileTree,
  generatedFile,
  readContents,
  rootOwned,
} from '@slipway/tree';
import { imageSeed } from './compose-stage.ts';
import type { Artefact, ImageInput } from './image-outputs.ts';
import { describeOutput, type OutputFile } from './output-files.ts';
import type { Workspace } from './workspace.ts';
import { architecture } from './workspace.ts';

export interface ImageWriting {
  readonly input: ImageInput;
  readonly composed: ComposedImage;
  /** Where the image's files go. */
  readonly directory: string;
}

const defaultEspBytes = 128 << 20;
const defaultFreeBytes = 256 << 20;
/** The initrd is unpacked once at every boot: small counts, but it is compressed while the user waits. */
const initrdZstdLevel = 12;

/**
 * A virtual machine disk: GPT with an EFI system partition (systemd-boot and one unified kernel image) and an ext4
 * root, as raw image and as fixed VHD with the same bytes.
 */
export async function writeDiskArtefacts(
  workspace: Workspace,
  { input, composed, directory }: ImageWriting,
): Promise<{ artefacts: Artefact[]; files: OutputFile[] }> {
  const content = payloadContent((digest) => workspace.store.path(digest));
  const ids = diskIdentifiers(imageSeed(input, workspace));
  addMounts(composed.tree, ids, workspace.time);
  composed.origins.note('mounts');
  const boot = await planBootFiles(composed, input.definition, { architecture, content, time: workspace.time });
  const esp = await planEsp(workspace, {
    boot,
    content,
    input,
    rootPartition: ids.rootPartition,
    volumeId: ids.volumeId,
  });
  const root = planRoot(composed.tree, input, { ids, time: workspace.time });
  const gpt = planGpt({
    diskGuid: ids.disk,
    partitions: [
      { type: 'esp', guid: ids.espPartition, name: 'esp', sizeBytes: esp.sizeBytes },
      {
        type: 'root-x86-64',
        guid: ids.rootPartition,
        name: 'root',
        sizeBytes: root.sizeBytes,
        attributes: ['grow-file-system'],
      },
    ],
  });
  await mkdir(directory, { recursive: true });
  const formats = input.definition.disk?.formats ?? ['raw'];
  checkFormats(formats);
  const written = await writeDiskImage({
    path: join(directory, `${input.name}.raw`),
    gpt,
    partitions: [{ write: (out) => writeFat(esp, out) }, { write: (out) => writeExt4(root, content, out) }],
    ...(formats.includes('vhd')
      ? { vhd: { path: join(directory, `${input.name}.vhd`), uuid: ids.vhd, time: workspace.time } }
      : {}),
  });
  const images = [
    { kind: 'raw disk' as const, image: written.raw },
    ...(written.vhd === undefined ? [] : [{ kind: 'VHD' as const, image: written.vhd }]),
  ];
  const artefacts = images.map(({ kind, image }) => ({ kind, ...image }));
  const files = await Promise.all(images.map(({ image }) => describeOutput(image.path, image.sizeBytes, image.sha256)));
  return { artefacts, files };
}

function diskIdentifiers(seed: Digest) {
  const guid = (role: string) => deriveGuid(seed, role);
  return {
    disk: guid('disk'),
    espPartition: guid('esp partition'),
    rootPartition: guid('root partition'),
    rootFileSystem: guid('root file system'),
    hashSeed: guid('ext4 directory hash'),
    vhd: guid('vhd'),
    volumeId: Number.parseInt(seed.slice(0, 8), 16),
  };
}

function checkFormats(formats: readonly string[]): void {
  const unknown = formats.filter((format) => format !== 'raw' && format !== 'vhd');
  if (unknown.length > 0) {
    throw new SlipwayError(
      'PIPELINE_IMAGE_FORMAT',
      `Cannot write ${unknown.join(', ')}: only raw and vhd disks are supported`,
      {
        hint: 'convert the raw disk, or leave the format out',
      },
    );
  }
}

/**
 * systemd-growfs lets the root file system fill its partition at boot, which systemd-repart has grown before. The EFI
 * system partition appears at /efi when somebody looks: at /boot, where systemd would put it by itself, it would
 * cover a directory that belongs to a package.
 */
function addMounts(tree: FileTree, ids: ReturnType<typeof diskIdentifiers>, time: number): void {
  const lines = [
    `PARTUUID=${ids.rootPartition} / ext4 defaults,x-systemd.growfs 0 1`,
    `PARTUUID=${ids.espPartition} /efi vfat umask=0077,noauto,nofail,x-systemd.automount,x-systemd.idle-timeout=120 0 2`,
  ];
  tree.set('/etc/fstab', generatedFile(`${lines.join('\n')}\n`, rootOwned(0o644, time)));
}

function planRoot(
  tree: FileTree,
  input: ImageInput,
  { ids, time }: { ids: ReturnType<typeof diskIdentifiers>; time: number },
) {
  const disk = input.definition.disk;
  const size =
    disk?.rootSize === undefined
      ? ({ kind: 'minimal', freeBytes: disk?.freeSpace ?? defaultFreeBytes } as const)
      : ({ kind: 'exact', sizeBytes: disk.rootSize } as const);
  return planExt4(tree, {
    size,
    uuid: ids.rootFileSystem,
    hashSeed: ids.hashSeed,
    createdAt: time,
    ...(disk?.rootLabel === undefined ? {} : { label: disk.rootLabel }),
    order: payloadOrder(tree),
  });
}

/** Files in the order in which payloads give them, so that the disk is written front to back. */
function payloadOrder(tree: FileTree): FileInode[] {
  const files = new Set<FileInode>();
  for (const { inode } of tree.entries()) {
    if (inode.type === 'file') {
      files.add(inode);
    }
  }
  const rank = new Map<string, number>();
  const rankOf = (inode: FileInode) => {
    const key = inode.content.kind === 'payload' ? inode.content.package : '';
    rank.set(key, rank.get(key) ?? rank.size);
    return rank.get(key) as number;
  };
  const keyed = [...files].map((inode) => ({
    inode,
    rank: rankOf(inode),
    index: inode.content.kind === 'payload' ? inode.content.index : 0,
  }));
  return keyed.sort((a, b) => a.rank - b.rank || a.index - b.index).map(({ inode }) => inode);
}

interface EspRequest {
  readonly boot: BootFiles;
  readonly content: ContentSource;
  readonly input: ImageInput;
  readonly rootPartition: string;
  readonly volumeId: number;
}

async function planEsp(workspace: Workspace, request: EspRequest) {
  const { boot, content, input } = request;
  const uki = await planKernelImage(workspace, request);
  const version = boot.kernelVersion;
  const files: FatFile[] = [
    fileOf(`/EFI/BOOT/${boot.fallbackName}`, boot.loader, content),
    fileOf(`/EFI/systemd/systemd-${boot.fallbackName.toLowerCase()}`, boot.loader, content),
    textFile('/loader/loader.conf', 'timeout 0\neditor no\n'),
    { path: `/EFI/Linux/${input.name}-${version}.efi`, sizeBytes: uki.sizeBytes, content: () => uki.write() },
  ];
  return planFat(files, {
    size: { kind: 'exact', sizeBytes: input.definition.disk?.espSize ?? defaultEspBytes },
    volumeId: request.volumeId,
    createdAt: workspace.time,
    label: 'ESP',
  });
}

/** Kernel, initrd and command line as one program for the firmware (UAPI.5, "Unified Kernel Image"). */
async function planKernelImage(workspace: Workspace, { boot, content, input, rootPartition }: EspRequest) {
  const initrd = await workspace.store.put(
    writeInitramfs(boot.initrd, content, { compression: 'zstd', level: initrdZstdLevel }),
  );
  const contents = await readContents(content, [boot.stub, boot.osRelease]);
  const cmdline = `root=PARTUUID=${rootPartition} ${input.definition.kernel?.cmdline ?? ''}`.trim();
  return planUki({
    stub: contents.get(boot.stub) as Buffer,
    sections: [
      ukiSection('.osrel', contents.get(boot.osRelease) as Buffer),
      ukiSection('.cmdline', cmdline),
      ukiSection('.uname', boot.kernelVersion),
      { name: '.linux', sizeBytes: boot.kernel.sizeBytes, content: () => inodeChunks(boot.kernel, content) },
      { name: '.initrd', sizeBytes: initrd.sizeBytes, content: () => workspace.store.stream(initrd.digest) },
    ],
  });
}

function fileOf(path: string, inode: FileInode, content: ContentSource): FatFile {
  return { path, sizeBytes: inode.sizeBytes, content: () => inodeChunks(inode, content) };
}

function textFile(path: string, text: string): FatFile {
  return { path, sizeBytes: Buffer.byteLength(text), content: () => [Buffer.from(text)] };
}

async function* inodeChunks(inode: FileInode, content: ContentSource): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of content.stream([inode])) {
    yield bytes;
  }
}
