import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Digest, plural, replaceAtomically, type Store, writeFileAtomically } from '@slipway/core';
import { type RepositoryEntry, writeRepository } from '@slipway/repo';
import { armorSignature, type SigningKey, signDetached } from '@slipway/trust';
import { describeOutput, type OutputFile, outputsIntact } from './output-files.ts';
import type { PackageHeaders, SignedPackage } from './package-record.ts';
import { runStage, type StageResult } from './stage.ts';
import { architecture, type Workspace } from './workspace.ts';

export interface PublishedRepository {
  readonly directory: string;
  readonly packages: number;
  readonly sizeBytes: number;
  /** repomd.xml and its signature. */
  readonly files: readonly OutputFile[];
  /** Where each package is, below `directory`. */
  readonly packageFiles: readonly { readonly location: string; readonly digest: Digest }[];
}

/** `out/repository/<arch>`: packages as hard links to the store, signed rpm-md, the public key beside it. */
export function repositoryStage(
  workspace: Workspace,
  packages: readonly SignedPackage[],
  inputs: { readonly headers: PackageHeaders; readonly key: SigningKey },
): Promise<StageResult<PublishedRepository>> {
  return runStage(workspace, 'repository', async () => {
    const directory = join(workspace.output, 'repository', architecture);
    const task = {
      kind: 'repository',
      name: directory,
      inputs: {
        directory,
        packages: packages.map(({ signed }) => signed.digest).sort(),
        key: inputs.key.fingerprint,
        time: workspace.time,
      },
      code: workspace.code.of('core', 'formats', 'repo', 'rpm', 'trust', 'pipeline'),
      objects: () => [],
      isIntact: (repository: PublishedRepository) => repositoryIntact(workspace.store, repository),
    };
    const { value, cached } = await workspace.tasks.run(task, () => publish(workspace, directory, packages, inputs));
    return {
      value,
      summary: `${plural(value.packages, 'package')}, ${(value.sizeBytes / 1e6).toFixed(0)} MB, signed`,
      upToDate: cached,
    };
  });
}

async function publish(
  workspace: Workspace,
  directory: string,
  packages: readonly SignedPackage[],
  { headers, key }: { readonly headers: PackageHeaders; readonly key: SigningKey },
): Promise<PublishedRepository> {
  const entries: RepositoryEntry[] = [];
  for (const pkg of packages) {
    entries.push(await linkPackage(workspace, directory, pkg, headers));
  }
  const sign = async (bytes: Uint8Array) => armorSignature(await signDetached(key, bytes, { created: workspace.time }));
  const repodata = join(directory, 'repodata');
  const { records } = await writeRepository(directory, entries, { time: workspace.time, sign });
  await writeFileAtomically(join(workspace.output, 'repository', 'RPM-GPG-KEY-slipway'), key.publicKeyArmored);
  const named = [
    ...entries.map(({ locationHref }) => locationHref),
    ...records.map(({ locationHref }) => locationHref),
  ];
  await removeOthers(directory, new Set([...named, 'repodata/repomd.xml', 'repodata/repomd.xml.asc']));
  const files: OutputFile[] = [];
  for (const name of ['repomd.xml', 'repomd.xml.asc']) {
    const stored = await workspace.store.putFile(join(repodata, name));
    files.push(await describeOutput(join(repodata, name), stored.sizeBytes, stored.digest));
  }
  const sizeBytes = packages.reduce((sum, { signed }) => sum + signed.sizeBytes, 0);
  const packageFiles = entries.map(({ locationHref, digest }) => ({ location: locationHref, digest }));
  return { directory, packages: packages.length, sizeBytes, files, packageFiles };
}

async function linkPackage(
  workspace: Workspace,
  directory: string,
  pkg: SignedPackage,
  headers: PackageHeaders,
): Promise<RepositoryEntry> {
  const opened = await headers.open(pkg.signed.digest);
  const metadata = await headers.metadata(pkg.signed.digest);
  const fileName = `${metadata.name}-${metadata.evr.version}-${metadata.evr.release}.${metadata.arch}.rpm`;
  const locationHref = `Packages/${metadata.name[0]?.toLowerCase() ?? '_'}/${fileName}`;
  const target = join(directory, locationHref);
  await publishFile(workspace.store, pkg.signed.digest, target);
  return {
    metadata,
    locationHref,
    digest: pkg.signed.digest,
    sizeBytes: pkg.signed.sizeBytes,
    headerRange: opened.headerRange,
    fileTime: workspace.time,
  };
}

/** Whether everything is there, and every package is still the stored object (which may have been made again). */
async function repositoryIntact(
  store: Store,
  { directory, files, packageFiles }: PublishedRepository,
): Promise<boolean> {
  for (const { location, digest } of packageFiles) {
    if (!(await isPublished(store, digest, join(directory, location)))) {
      return false;
    }
  }
  return outputsIntact(files);
}

/** One file, or on another file system one of the same size. */
async function isPublished(store: Store, digest: Digest, target: string): Promise<boolean> {
  const [stored, published] = await Promise.all(
    [store.path(digest), target].map((path) => stat(path).catch(() => undefined)),
  );
  return (
    stored !== undefined &&
    published !== undefined &&
    (stored.dev === published.dev ? stored.ino === published.ino : stored.size === published.size)
  );
}

/** Clients may be reading the earlier package of that name: it is there until the new one is. */
async function publishFile(store: Store, digest: Digest, target: string): Promise<void> {
  // rename(2) does nothing, and the temporary name stays, when both are links to one file
  if (
    !(await isPublished(store, digest, target)) ||
    (await stat(target)).dev !== (await stat(store.path(digest))).dev
  ) {
    await replaceAtomically(target, (temporary) => store.linkTo(digest, temporary));
  }
}

/** Packages and metadata of an earlier run; after repomd.xml no longer names them. */
async function removeOthers(directory: string, keep: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !keep.has(relative(directory, path))) {
      await rm(path);
    }
  }
}
