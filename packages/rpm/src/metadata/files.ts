import { isDigest } from '@slipway/core';
import type { Header } from '../header/header.ts';
import { splitStrings } from '../header/header-strings.ts';
import { tag } from '../header/tags.ts';
import type { PackageFile } from '../package-metadata.ts';
import { type HashName, hashOfAlgorithm } from './hash-algorithm.ts';

/** The recorded digest of each file, in the order of the header; empty for what is not a regular file. */
export interface FileDigests {
  /** Undefined when the header names an algorithm that rpm does not define. */
  readonly hash: HashName | undefined;
  readonly hex: readonly string[];
}

const md5Algorithm = 1;

export function readFileDigests(header: Header): FileDigests {
  return {
    hash: hashOfAlgorithm(header.number(tag.fileDigestAlgo) ?? md5Algorithm),
    hex: header.strings(tag.fileDigests),
  };
}

/** The files of a header in its order. Throws `RPM_BAD_HEADER` when its arrays disagree. */
export function readFiles(header: Header): PackageFile[] {
  const paths = readPaths(header);
  const column = <T>(tagNumber: number, values: readonly T[]) => {
    if (values.length !== 0 && values.length !== paths.length) {
      throw header.invalid(tagNumber, `it has ${values.length} values for ${paths.length} files`);
    }
    return values;
  };
  const numbers = (tagNumber: number) => column(tagNumber, header.numbers(tagNumber));
  const strings = (tagNumber: number) => column(tagNumber, header.strings(tagNumber));
  const { hash } = readFileDigests(header);
  const digests = hash === 'sha256' ? strings(tag.fileDigests) : [];
  const sizes = header.has(tag.longFileSizes) ? numbers(tag.longFileSizes) : numbers(tag.fileSizes);
  const [modes, rdevs, mtimes] = [numbers(tag.fileModes), numbers(tag.fileRdevs), numbers(tag.fileMtimes)];
  const [flags, devices, inodes] = [numbers(tag.fileFlags), numbers(tag.fileDevices), numbers(tag.fileInodes)];
  const [users, groups, links] = [strings(tag.fileUserName), strings(tag.fileGroupName), strings(tag.fileLinkTos)];
  const [langs, caps] = [strings(tag.fileLangs), strings(tag.fileCaps)];
  return paths.map((path, i) => {
    const digest = digests[i] ?? '';
    return {
      path,
      mode: modes[i] ?? 0,
      user: users[i] ?? 'root',
      group: groups[i] ?? 'root',
      mtime: mtimes[i] ?? 0,
      sizeBytes: sizes[i] ?? 0,
      digest: isDigest(digest) ? digest : undefined,
      linkTarget: links[i] ?? '',
      flags: flags[i] ?? 0,
      lang: langs[i] ?? '',
      caps: caps[i] ?? '',
      rdev: rdevs[i] ?? 0,
      device: devices[i] ?? 0,
      inode: inodes[i] ?? 0,
    };
  });
}

/** The absolute paths of a header in its order. Throws `RPM_BAD_HEADER`. */
export function readPaths(header: Header): string[] {
  const baseNames = header.strings(tag.baseNames);
  if (baseNames.length === 0) {
    return header.strings(tag.oldFileNames);
  }
  const dirNames = header.strings(tag.dirNames);
  const dirIndexes = header.numbers(tag.dirIndexes);
  return baseNames.map((baseName, i) => {
    const dirName = dirNames[dirIndexes[i] ?? -1];
    if (dirName === undefined) {
      throw header.invalid(tag.dirIndexes, `"${baseName.slice(0, 200)}" is in no directory`);
    }
    return dirName + baseName;
  });
}

/** The paths of a header in its order, with a character for each byte: old packages have names in any encoding. */
export function readRawPaths(header: Header): string[] {
  const baseNames = rawStrings(header, tag.baseNames);
  const dirNames = rawStrings(header, tag.dirNames);
  const dirIndexes = header.numbers(tag.dirIndexes);
  return header.has(tag.baseNames)
    ? baseNames.map((baseName, i) => `${dirNames[dirIndexes[i] ?? -1] ?? ''}${baseName}`)
    : rawStrings(header, tag.oldFileNames);
}

/** The targets of symbolic links in header order, in the same form; empty for other files. */
export function readRawLinkTargets(header: Header): string[] {
  return rawStrings(header, tag.fileLinkTos);
}

function rawStrings(header: Header, tagNumber: number): string[] {
  return splitStrings(header.entry(tagNumber)?.data ?? noBytes).map((value) => value.toString('latin1'));
}

const noBytes = Buffer.alloc(0);
