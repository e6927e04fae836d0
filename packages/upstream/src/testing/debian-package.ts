import { gzipSync } from 'node:zlib';
import { type TarWriteEntry, writeTar } from '@slipway/formats';

/** A member of a package that a test makes; what is left out is a regular file of root. */
export interface TestEntry {
  readonly path: string;
  readonly type?: 'file' | 'directory' | 'symlink' | 'hardlink' | 'fifo';
  readonly content?: string | Uint8Array;
  readonly target?: string;
  readonly mode?: number;
  readonly user?: string;
  readonly group?: string;
  readonly xattrs?: ReadonlyMap<string, Uint8Array>;
}

export interface TestPackage {
  readonly control: string;
  readonly entries: readonly TestEntry[];
  readonly conffiles?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
}

const mtime = 1_700_000_000;

/** The bytes of a .deb; directories of the entries are added. */
export async function buildDeb({ control, entries, conffiles = [], scripts = {} }: TestPackage): Promise<Buffer> {
  const controlFiles: TestEntry[] = [
    { path: './control', content: control },
    ...(conffiles.length === 0 ? [] : [{ path: './conffiles', content: `${conffiles.join('\n')}\n` }]),
    ...Object.entries(scripts).map(([name, content]) => ({ path: `./${name}`, content, mode: 0o755 })),
  ];
  return arArchive([
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar.gz', gzipSync(await tar(controlFiles))],
    ['data.tar.gz', gzipSync(await tar(withDirectories(entries)))],
  ]);
}

/** ar(5) of the common format. */
export function arArchive(members: readonly (readonly [name: string, content: Buffer])[]): Buffer {
  const parts = members.flatMap(([name, content]) => [
    Buffer.from(
      `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`,
    ),
    content,
    Buffer.from(content.length % 2 === 0 ? '' : '\n'),
  ]);
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}

function withDirectories(entries: readonly TestEntry[]): TestEntry[] {
  const all: TestEntry[] = [{ path: './', type: 'directory' }];
  const known = new Set(entries.map(({ path }) => path));
  for (const entry of entries) {
    for (let slash = entry.path.indexOf('/', 2); slash > 0; slash = entry.path.indexOf('/', slash + 1)) {
      const directory = entry.path.slice(0, slash);
      if (!known.has(directory)) {
        known.add(directory);
        all.push({ path: directory, type: 'directory' });
      }
    }
    all.push(entry);
  }
  return all;
}

export async function tar(entries: readonly TestEntry[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries.map(tarEntry))) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tarEntry(entry: TestEntry): TarWriteEntry {
  const { path, type = 'file', user = 'root', group = 'root' } = entry;
  const mode = entry.mode ?? (type === 'directory' ? 0o755 : 0o644);
  const common = { path, mode, uid: 0, gid: 0, user, group, mtime, xattrs: entry.xattrs ?? new Map() };
  if (type === 'symlink' || type === 'hardlink') {
    return { ...common, type, linkTarget: entry.target ?? '' };
  }
  if (type === 'file') {
    const content = Buffer.from((entry.content ?? '') as Uint8Array);
    return { ...common, type, sizeBytes: content.length, content: [content] };
  }
  return { ...common, type };
}
