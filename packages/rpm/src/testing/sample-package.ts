import { parseDependency } from '../dependency.ts';
import type { InputFile, PackageInput } from '../writing/package-input.ts';
import type { FileContent } from '../writing/payload-entries.ts';

const directory: InputFile = {
  path: '/usr/share/sample',
  mode: 0o040755,
  user: 'root',
  group: 'root',
  mtime: 1_700_000_000,
  sizeBytes: 0,
  linkTarget: '',
  flags: 0,
  lang: '',
  caps: '',
  rdev: 0,
  device: 0,
  inode: 0,
};
const regular: InputFile = { ...directory, mode: 0o100644 };

/** Contents by path; `/usr/bin/a` and `/usr/bin/b` are links of one file. */
export const sampleContents: Readonly<Record<string, Buffer>> = {
  '/etc/sample.conf': Buffer.from('key = value\n'),
  '/usr/bin/b': Buffer.alloc(3_000_001, 'abcdefg'),
  '/usr/bin/caps': Buffer.from('#!/bin/sh\n'),
  '/usr/share/sample/größe': Buffer.from('x'),
};

const hello = sampleContents['/usr/bin/b']?.length ?? 0;

/** A package with everything in it that Debian packages have, files out of order. */
export const samplePackage: PackageInput = {
  name: 'sample',
  evr: { epoch: 1, version: '2.0~rc1', release: '3' },
  arch: 'x86_64',
  summary: 'A sample with an umlaut: ö',
  description: 'First line.\n\nSecond paragraph.',
  license: 'MIT',
  url: 'https://example.org/',
  vendor: 'Example',
  packager: '',
  group: 'Unspecified',
  buildHost: 'localhost',
  buildTime: 1_700_000_001,
  sourceRpm: 'sample-2.0~rc1-3.src.rpm',
  files: [
    { ...regular, path: '/usr/share/sample/größe', sizeBytes: 1, lang: 'de' },
    { ...regular, path: '/usr/share/sample/empty' },
    directory,
    { ...regular, path: '/etc/sample.conf', sizeBytes: 12, flags: 1 | 16 },
    { ...regular, path: '/var/log/sample.log', flags: 64, sizeBytes: 77 },
    { ...regular, path: '/usr/bin/a', mode: 0o100755, sizeBytes: hello, device: 7, inode: 99 },
    { ...regular, path: '/usr/bin/b', mode: 0o100755, sizeBytes: hello, device: 7, inode: 99 },
    { ...regular, path: '/usr/bin/caps', mode: 0o104755, sizeBytes: 10, caps: 'cap_net_raw=ep' },
    { ...directory, path: '/usr/bin/link', mode: 0o120777, linkTarget: '../share/sample/größe' },
    { ...directory, path: '/var/lib/sample', mode: 0o042770, user: 'daemon', group: 'adm' },
  ],
  scriptlets: [
    { kind: 'post', interpreter: ['/bin/sh'], body: 'exit 0\n', conditions: [] },
    { kind: 'postun', interpreter: ['<lua>'], body: 'x = 1', conditions: [] },
    { kind: 'trigger', interpreter: ['/bin/sh'], body: 'exit 0', conditions: ['other >= 2', 'more'], event: 'in' },
    { kind: 'file-trigger', interpreter: ['/bin/sh'], body: 'cat', conditions: ['/usr/lib/x'], event: 'postun' },
  ],
  changelog: [
    { time: 1_700_000_000, author: 'A Person <a@example.org> - 2.0-3', text: '- second' },
    { time: 1_600_000_000, author: 'A Person <a@example.org> - 2.0-2', text: '- first' },
  ],
  provides: [parseDependency('virtual(sample) = 1:2.0~rc1-3'), parseDependency('plain')],
  requires: [
    parseDependency('libc6 >= 2.40'),
    parseDependency('(first or second >= 2^1)'),
    { ...parseDependency('dpkg'), pre: true },
  ],
  conflicts: [parseDependency('old < 1.0')],
  obsoletes: [parseDependency('ancient <= 3')],
  recommends: [parseDependency('nice')],
  suggests: [parseDependency('perhaps')],
  supplements: [parseDependency('(sample and desktop)')],
  enhances: [parseDependency('thing')],
};

/** The contents of `samplePackage`, last file first. */
export function* sampleFileContents(input = samplePackage): Generator<FileContent> {
  for (const path of Object.keys(sampleContents).reverse()) {
    const index = input.files.findIndex((file) => file.path === path);
    const content = sampleContents[path] ?? Buffer.alloc(0);
    yield { index, content: [content.subarray(0, 5), content.subarray(5)] };
  }
}
