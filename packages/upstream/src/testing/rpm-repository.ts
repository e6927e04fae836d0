import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPackage, type PackageInput, parseDependency, parseEvr, signPackage, writePackage } from '@slipway/rpm';
import { armorSignature, type SigningKey, signDetached } from '@slipway/trust';
import type { Judge } from './judge.ts';

export interface RepositoryRequest {
  readonly judge: Judge;
  /** Signs the packages; those named in `unsigned` stay without. */
  readonly key: SigningKey;
  readonly unsigned?: readonly string[];
  readonly created: number;
}

const content = Buffer.alloc(200_000, 'payload');

function input(name: string, requires: readonly string[]): PackageInput {
  const noRelations = { conflicts: [], obsoletes: [], recommends: [], suggests: [], supplements: [], enhances: [] };
  const file = { user: 'root', group: 'root', mtime: 1, linkTarget: '', flags: 0, lang: '', caps: '', rdev: 0 };
  return {
    ...{ name, evr: parseEvr('1.0-1'), arch: 'noarch', summary: name, description: name, license: 'MIT', url: '' },
    ...{ vendor: 'Test', packager: '', group: '', buildHost: 'test', buildTime: 1, sourceRpm: `${name}-1.0-1.src.rpm` },
    ...{ ...noRelations, provides: [], requires: requires.map(parseDependency), scriptlets: [], changelog: [] },
    files: [{ ...file, path: `/usr/share/${name}`, mode: 0o100644, sizeBytes: content.length, device: 1, inode: 1 }],
  };
}

/**
 * A repository made by the real createrepo_c, as paths and contents: `app` needs `lib` and a path that only filelists
 * name, which `data` has; `other` is needed by nobody. repomd.xml is signed.
 */
export async function buildRepository({
  judge,
  key,
  unsigned = [],
  created,
}: RepositoryRequest): Promise<Map<string, Buffer>> {
  const packages: [string, string[]][] = [
    ['app', ['lib >= 1.0', '/usr/share/data']],
    ['lib', []],
    ['data', []],
    ['other', []],
  ];
  for (const [name, requires] of packages) {
    const path = join(judge.outside, `${name}.rpm`);
    await writePackage(path, input(name, requires), [{ index: 0, content: [content] }]);
    if (!unsigned.includes(name)) {
      await signPackage(await openPackage(path), path, (bytes) => signDetached(key, bytes, { created }));
    }
  }
  await judge.run('createrepo_c', ['-q', judge.inside]);
  const files = new Map<string, Buffer>();
  for (const directory of ['', 'repodata']) {
    for (const entry of await readdir(join(judge.outside, directory), { withFileTypes: true })) {
      if (entry.isFile()) {
        files.set(join(directory, entry.name), await readFile(join(judge.outside, directory, entry.name)));
      }
    }
  }
  await signRepomd(files, key, created);
  return files;
}

export async function signRepomd(files: Map<string, Buffer>, key: SigningKey, created: number): Promise<void> {
  const repomd = files.get('repodata/repomd.xml') ?? Buffer.alloc(0);
  files.set('repodata/repomd.xml.asc', Buffer.from(await armorSignature(await signDetached(key, repomd, { created }))));
}
