import { createHash, type Hash } from 'node:crypto';
import { type Digest, sha256 } from '@slipway/core';
import { formatNevra } from '@slipway/rpm';
import type {
  ContentSource,
  FileInode,
  FileTree,
  Inode,
  ManifestEntry,
  ManifestHeader,
  TreeEntry,
} from '@slipway/tree';
import type { ComposedImage } from '../compose-image.ts';
import { decodeFileCapabilities } from '../file-capabilities.ts';
import { imageRules } from './image-rules.ts';

export interface ImageDescription {
  readonly header: ManifestHeader;
  /** Made while they are read, in the order of the tree. */
  readonly entries: Iterable<ManifestEntry>;
}

/**
 * Describes a composed image with where everything in it comes from. `content` gives the bytes of files whose digest
 * no package header names; seldom any.
 */
export async function describeImage(
  image: ComposedImage,
  { name, time, content }: { readonly name: string; readonly time: number; readonly content: ContentSource },
): Promise<ImageDescription> {
  const digests = await missingDigests(image.tree, content);
  return { header: describeWhole(image, name, time), entries: describeEntries(image, digests) };
}

function describeWhole(image: ComposedImage, name: string, time: number): ManifestHeader {
  const { tree, packages, accounts, scriptlets, removals, origins } = image;
  const names = packages.map(({ package: { metadata } }) => ({ name: metadata.name, nevra: formatNevra(metadata) }));
  return {
    image: name,
    time,
    entries: tree.size,
    packages: names.sort((a, b) => (a.nevra < b.nevra ? -1 : 1)),
    rules: Object.entries(imageRules).map(([rule, meaning]) => ({ name: rule, meaning })),
    users: [...accounts.users.values()].map((user) => ({
      ...{ name: user.name, uid: user.uid, gid: user.gid, home: user.home, shell: user.shell },
    })),
    groups: [...accounts.groups.values()],
    scriptlets: scriptlets.map(({ digest, ...decision }) => ({ ...decision, sha256: digest })),
    removals: removals.map(({ glob, reason, paths }) => ({
      ...{ glob, reason },
      entries: paths.map((path) => ({ path, from: origins.removedOrigin(path) ?? { rule: 'parent directories' } })),
    })),
  };
}

function* describeEntries(image: ComposedImage, digests: ReadonlyMap<FileInode, Digest>): Generator<ManifestEntry> {
  const links = hardLinks(image.tree);
  for (const entry of image.tree.entries()) {
    yield describeEntry(entry, { image, hardLink: links.get(entry.inode), digests });
  }
}

interface EntryContext {
  readonly image: ComposedImage;
  readonly hardLink: number | undefined;
  readonly digests: ReadonlyMap<FileInode, Digest>;
}

function describeEntry({ path, inode }: TreeEntry, { image, hardLink, digests }: EntryContext): ManifestEntry {
  const { mode, uid, gid, mtime } = inode;
  const facts = {
    ...{ path, mode, uid, gid, mtime },
    ...(hardLink === undefined ? {} : { hardLink }),
    ...describeAttributes(inode),
    ...image.origins.historyOf(path, inode),
  };
  switch (inode.type) {
    case 'file':
      return { ...facts, type: 'file', size: inode.sizeBytes, sha256: digestOf(inode, digests) };
    case 'symlink':
      return { ...facts, type: 'symlink', target: inode.target };
    case 'character-device':
    case 'block-device':
      return { ...facts, type: inode.type, major: inode.major, minor: inode.minor };
    default:
      return { ...facts, type: inode.type };
  }
}

/** Numbers of the inodes that have several names, in the order of the first ones. */
function hardLinks(tree: FileTree): Map<Inode, number> {
  const seen = new Set<Inode>();
  const links = new Map<Inode, number>();
  for (const { inode } of tree.entries()) {
    if (inode.type !== 'directory' && seen.has(inode) && !links.has(inode)) {
      links.set(inode, links.size + 1);
    }
    seen.add(inode);
  }
  return links;
}

type Attributes = Pick<ManifestEntry, 'label' | 'capabilities' | 'xattrs'>;

function describeAttributes({ xattrs }: Inode): Attributes {
  const label = xattrs.get('security.selinux');
  const capability = xattrs.get('security.capability');
  const capabilities = capability === undefined ? undefined : decodeFileCapabilities(capability);
  const others = [...xattrs].filter(
    ([name]) => name !== 'security.selinux' && (name !== 'security.capability' || capabilities === undefined),
  );
  return {
    ...(label === undefined ? {} : { label: Buffer.from(label).toString('utf8').replace(/\0$/, '') }),
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(others.length === 0
      ? {}
      : { xattrs: Object.fromEntries(others.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')])) }),
  };
}

function digestOf(inode: FileInode, digests: ReadonlyMap<FileInode, Digest>): Digest {
  const known = inode.digest ?? digests.get(inode);
  return known ?? sha256(inode.content.kind === 'bytes' ? inode.content.bytes : '');
}

/** Packages may name other digests than SHA-256, or none: such files are read. */
async function missingDigests(tree: FileTree, content: ContentSource): Promise<Map<FileInode, Digest>> {
  const hashes = new Map<FileInode, Hash>();
  for (const { inode } of tree.entries()) {
    if (inode.type === 'file' && inode.digest === undefined && inode.content.kind === 'payload') {
      hashes.set(inode, createHash('sha256'));
    }
  }
  if (hashes.size > 0) {
    for await (const { inode, bytes } of content.stream(hashes.keys())) {
      hashes.get(inode)?.update(bytes);
    }
  }
  return new Map([...hashes].map(([inode, hash]) => [inode, hash.digest('hex') as Digest]));
}
