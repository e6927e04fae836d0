import { type Digest, sha256 } from '@slipway/core';
import type { PackageFile, PackageMetadata, Scriptlet } from '@slipway/rpm';
import type { ContentSource } from '@slipway/tree';
import { ConfigContents } from '../config-contents.ts';
import type { ChosenPackage } from '../installed-package.ts';
import { type SelectedPackage, selectFiles } from '../select-files.ts';

/** A file of a package: its text, or what differs from a plain file of root's. */
export type SampleFile = string | (Partial<PackageFile> & { readonly text?: string });

export interface SamplePackage {
  readonly chosen: ChosenPackage;
  /** Contents by index in the header. */
  readonly contents: readonly Buffer[];
}

const directoryMode = 0o040755;
const linkMode = 0o120777;

export function sampleDirectory(mode = 0o755): SampleFile {
  return { mode: (directoryMode & ~0o7777) | mode };
}

export function sampleLink(linkTarget: string): SampleFile {
  return { mode: linkMode, linkTarget };
}

/** A package of files by path, in header order (sorted, as rpm has it). */
export function samplePackage(
  name: string,
  files: Readonly<Record<string, SampleFile>>,
  scriptlets: readonly Scriptlet[] = [],
): SamplePackage {
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  const contents = entries.map(([, file]) => Buffer.from(typeof file === 'string' ? file : (file.text ?? '')));
  const metadata: PackageMetadata = {
    ...emptyMetadata(name),
    files: entries.map(([path, file], index) => packageFile(path, file, contents[index] as Buffer, index)),
    scriptlets,
  };
  return { chosen: { digest: sha256(`package ${name} ${JSON.stringify(files)}`), metadata }, contents };
}

/** All files of the packages, as an installation without choices selects them. */
export function selected(...packages: readonly SamplePackage[]): SelectedPackage[] {
  return selectFiles(
    packages.map(({ chosen }) => chosen),
    { excludeDocs: false, languages: undefined },
  );
}

export function sampleContent(...packages: readonly SamplePackage[]): ContentSource {
  const byDigest = new Map<Digest, SamplePackage>(packages.map((pkg) => [pkg.chosen.digest, pkg]));
  return {
    async *stream(files) {
      for (const inode of new Set(files)) {
        const { content } = inode;
        const bytes = content.kind === 'bytes' ? content.bytes : byDigest.get(content.package)?.contents[content.index];
        if (bytes === undefined) {
          throw new Error('content of a package that the test did not give');
        }
        if (bytes.length > 0) {
          yield { inode, offset: 0, bytes };
        }
      }
    },
  };
}

export function sampleConfigs(...packages: readonly SamplePackage[]): Promise<ConfigContents> {
  return ConfigContents.read(selected(...packages), sampleContent(...packages));
}

function packageFile(path: string, file: SampleFile, content: Buffer, index: number): PackageFile {
  const { text: _, ...given } = typeof file === 'string' ? { text: file } : file;
  const regular = given.mode === undefined || (given.mode & 0o170000) === 0o100000;
  return {
    path,
    mode: 0o100644,
    user: 'root',
    group: 'root',
    mtime: 1000,
    sizeBytes: regular ? content.length : 0,
    digest: regular ? sha256(content) : undefined,
    linkTarget: '',
    flags: 0,
    lang: '',
    caps: '',
    rdev: 0,
    device: 1,
    inode: index + 1,
    ...given,
  };
}

function emptyMetadata(name: string): PackageMetadata {
  return {
    name,
    evr: { epoch: 0, version: '1', release: '1' },
    arch: 'x86_64',
    provides: [],
    requires: [],
    conflicts: [],
    obsoletes: [],
    recommends: [],
    suggests: [],
    supplements: [],
    enhances: [],
    summary: name,
    description: '',
    license: 'MIT',
    url: '',
    vendor: '',
    packager: '',
    group: '',
    buildHost: '',
    buildTime: 0,
    sourceRpm: `${name}-1-1.src.rpm`,
    installedSizeBytes: 0,
    archiveSizeBytes: 0,
    files: [],
    scriptlets: [],
    changelog: [],
  };
}
