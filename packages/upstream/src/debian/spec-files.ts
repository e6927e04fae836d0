import type { PayloadEntry } from './payload-entry.ts';
import type { SpecFile } from './spec-file.ts';

const rpmFile = { config: 1, doc: 2, noreplace: 16, license: 128 } as const;

/** The %files lines of a Debian payload: one per entry, in its order. */
export function specFiles(payload: readonly PayloadEntry[], conffiles: readonly string[]): SpecFile[] {
  const config = new Set(conffiles);
  return payload.map((entry) => ({
    path: entry.path,
    isDirectory: entry.type === 'directory',
    mode: entry.type === 'symlink' ? undefined : entry.mode,
    user: entry.user,
    group: entry.group,
    flags: entry.type === 'directory' ? 0 : fileFlags(entry.path, config.has(entry.path)),
    lang: entry.type === 'directory' ? '' : fileLanguage(entry.path),
    caps: entry.caps,
    device: deviceOf(entry),
    line: 0,
  }));
}

function fileFlags(path: string, isConffile: boolean): number {
  if (isConffile) {
    return rpmFile.config | rpmFile.noreplace;
  }
  if (/^\/usr\/share\/doc\/[^/]+\/copyright$/.test(path)) {
    return rpmFile.license;
  }
  return /^\/usr\/share\/(?:doc|man|info)\//.test(path) ? rpmFile.doc : 0;
}

/** `/usr/share/locale/pt_BR/…` → `pt_BR`; what is not a language code applies to all. */
function fileLanguage(path: string): string {
  return /^\/usr\/share\/locale\/([a-z]{2,3}(?:_[A-Z]{2})?)(?:[.@][^/]*)?\//.exec(path)?.[1] ?? '';
}

function deviceOf({ type, major, minor }: PayloadEntry): SpecFile['device'] {
  return type === 'block-device' || type === 'character-device'
    ? { type: type === 'block-device' ? 'b' : 'c', major, minor }
    : undefined;
}
