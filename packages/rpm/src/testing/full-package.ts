import { parseDependency } from '../dependency.ts';
import type { InputFile, PackageInput } from '../writing/package-input.ts';
import type { FileContent } from '../writing/payload-entries.ts';
import { samplePackage } from './sample-package.ts';

const place = { user: 'root', group: 'root', mtime: 1_700_000_000, lang: '', caps: '', rdev: 0, device: 0, inode: 0 };
const plain = { ...place, linkTarget: '', flags: 0 };

function regular(path: string, content: string, more: Partial<InputFile> = {}): InputFile {
  return { ...plain, path, mode: 0o100644, sizeBytes: content.length, ...more };
}

const files: readonly (readonly [file: InputFile, content: string | undefined])[] = [
  ['/etc/full.conf', 'a=1\n', { flags: 1 }],
  ['/etc/full.keep', 'b=2\n', { flags: 1 | 16 }],
  ['/etc/full.maybe', 'c=3\n', { flags: 1 | 8, verifyFlags: 0 }],
  ['/usr/share/doc/full/README', 'read me\n', { flags: 2 | 256 }],
  ['/usr/share/licenses/full/COPYING', 'free\n', { flags: 128 }],
  ['/usr/share/full/artifact', 'x\n', { flags: 4096 }],
  ['/usr/share/full/de.txt', 'hallo\n', { lang: 'de' }],
  ['/usr/bin/full', '#!/bin/sh\n', { mode: 0o100755, caps: 'cap_net_bind_service=ep' }],
  ['/usr/bin/full-1', 'linked\n', { mode: 0o100755, device: 3, inode: 9 }],
  ['/usr/bin/full-2', 'linked\n', { mode: 0o100755, device: 3, inode: 9 }],
  ['/usr/bin/full-3', 'linked\n', { mode: 0o100755, device: 3, inode: 9 }],
].map(([path, content, more]) => [
  regular(path as string, content as string, more as Partial<InputFile>),
  content as string,
]);

const special: readonly InputFile[] = [
  { ...plain, path: '/usr/share/full', mode: 0o040755, sizeBytes: 0 },
  { ...plain, path: '/usr/share/full/pipe', mode: 0o010644, sizeBytes: 0 },
  { ...plain, path: '/usr/share/full/link', mode: 0o120777, sizeBytes: 0, linkTarget: 'de.txt' },
  { ...plain, path: '/var/log/full.log', mode: 0o100640, sizeBytes: 12, flags: 64 },
];

const shell = ['/bin/sh'];
const trigger = { interpreter: shell, body: 'exit 0\n' };

/** Everything that the writer can say: all kinds of relations, scriptlets, triggers, flags, links and translations. */
export const fullPackage: PackageInput = {
  ...samplePackage,
  name: 'full',
  evr: { epoch: 0, version: '1.5', release: '2' },
  sourceRpm: 'full-1.5-2.src.rpm',
  sourceNevr: 'full-1.5-2',
  group: 'Tools',
  translations: [
    { locale: 'de', summary: 'Eine Größe', description: 'Auf Deutsch.', group: 'Werkzeuge' },
    { locale: 'fr', summary: 'Un résumé' },
  ],
  vcs: 'https://example.org/full.git',
  bugUrl: 'https://example.org/bugs',
  distTag: '.x1',
  modularityLabel: 'full:stream:1:c0ffee',
  platform: 'x86_64-linux',
  distribution: 'Example Linux',
  files: [...special, ...files.map(([file]) => file)],
  provides: [parseDependency('cap(full) = 3'), parseDependency('config(full) = 1.5-2')],
  requires: [
    parseDependency('config(full) = 1.5-2'),
    { ...parseDependency('before-install'), senseBits: 1 << 9 },
    { ...parseDependency('after-erase >= 2'), senseBits: 1 << 12 },
    { ...parseDependency('if-there-is'), senseBits: 1 << 19 },
    parseDependency('(a >= 1 if b else c)'),
    parseDependency('((x and y) or z)'),
    parseDependency('(p with q)'),
    parseDependency('(p without r)'),
  ],
  conflicts: [parseDependency('bad < 2:1.0'), parseDependency('(old unless new)')],
  obsoletes: [parseDependency('former <= 9')],
  orderings: [parseDependency('first'), parseDependency('second > 4')],
  scriptlets: [
    { kind: 'pretrans', interpreter: ['<lua>'], body: 'x = 1\n', conditions: [] },
    { kind: 'pre', interpreter: shell, body: 'exit 0\n', conditions: [], options: ['critical'] },
    { kind: 'post', interpreter: ['/bin/sh', '-e'], body: 'exit 0\n', conditions: [] },
    { kind: 'preun', interpreter: shell, body: 'exit 0\n', conditions: [] },
    { kind: 'postun', interpreter: shell, body: 'echo %{_bindir}\n', conditions: [], options: ['expand'] },
    { kind: 'posttrans', interpreter: shell, body: 'exit 0\n', conditions: [] },
    { kind: 'preuntrans', interpreter: shell, body: 'exit 0\n', conditions: [] },
    { kind: 'postuntrans', interpreter: shell, body: 'exit 0\n', conditions: [] },
    { kind: 'verify', interpreter: shell, body: 'exit 0\n', conditions: [] },
    { ...trigger, kind: 'trigger', event: 'prein', conditions: ['other'] },
    { ...trigger, kind: 'trigger', event: 'in', conditions: ['other >= 2', 'more'], options: ['query-format'] },
    { ...trigger, kind: 'trigger', event: 'un', conditions: ['other'] },
    { ...trigger, kind: 'trigger', event: 'postun', conditions: ['other < 3:1-1'] },
    { ...trigger, kind: 'file-trigger', event: 'in', conditions: ['/usr/lib/x', '/usr/lib/y'], priority: 5 },
    { ...trigger, kind: 'file-trigger', event: 'un', conditions: ['/usr/share/z'] },
    { ...trigger, kind: 'transaction-file-trigger', event: 'postun', conditions: ['/opt'], priority: 2_000_000 },
  ],
};

export function* fullFileContents(): Generator<FileContent> {
  for (const [file, content] of files) {
    if (content !== undefined && !/full-[12]$/.test(file.path)) {
      yield { index: fullPackage.files.indexOf(file), content: [Buffer.from(content)] };
    }
  }
}
