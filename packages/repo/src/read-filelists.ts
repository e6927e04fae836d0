import type { Chunks } from '@slipway/core';
import { scanXmlStream } from '@slipway/formats';
import { parseFileType } from './read-primary.ts';
import type { ListedFile, RepoPackage } from './repo-package.ts';
import { badMetadata } from './repomd.ts';

/** All files of one package, by the checksum of the package file. */
export interface PackageFilelist {
  readonly pkgid: string;
  readonly files: readonly ListedFile[];
}

const maxDepth = 16;

/** Entries of an uncompressed filelists.xml. `wanted` keeps memory to what is asked for. Throws as `readPrimary`. */
export async function* readFilelists(
  chunks: Chunks,
  { wanted = () => true, file = 'filelists.xml' }: { wanted?: (path: string) => boolean; file?: string } = {},
): AsyncGenerator<PackageFilelist> {
  let pkgid: string | undefined;
  let files: ListedFile[] = [];
  let type: ListedFile['type'] = 'file';
  let text = '';
  for await (const events of scanXmlStream(chunks, { file, maxDepth })) {
    const complete: PackageFilelist[] = [];
    for (const event of events) {
      if (event.type === 'text') {
        text += event.text;
      } else if (event.type === 'start') {
        text = '';
        if (event.name === 'package') {
          pkgid = event.attribute('pkgid');
          files = [];
        } else if (event.name === 'file') {
          type = parseFileType(event.attribute('type'));
        }
      } else if (event.name === 'file' && wanted(text)) {
        files.push({ path: text, type });
      } else if (event.name === 'package') {
        if (pkgid === undefined) {
          throw badMetadata(file, 'a package has no pkgid');
        }
        complete.push({ pkgid, files });
      }
    }
    yield* complete;
  }
}

/** The packages with their files from filelists.xml instead of the primary ones; packages not listed stay as they are. */
export async function mergeFilelists(
  packages: readonly RepoPackage[],
  filelists: AsyncIterable<PackageFilelist>,
): Promise<RepoPackage[]> {
  const files = new Map<string, readonly ListedFile[]>();
  for await (const one of filelists) {
    files.set(one.pkgid, one.files);
  }
  return packages.map((one) => ({ ...one, files: files.get(one.checksum.value) ?? one.files }));
}
