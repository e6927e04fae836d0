import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno, readTextIfPresent, SlipwayError } from '@slipway/core';
import { type Paragraph, parseParagraphs } from '../debian/control-paragraphs.ts';

/** An entry of the machine's apt sources, in either of the two forms of sources.list(5). */
export interface AptSource {
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Path of a keyring, fingerprints, or a key block of several lines; empty for the machine's trusted keys. */
  readonly signedBy: string;
}

/** Characters of one sources file; more is no hand-written configuration. */
const fileLimit = 1 << 20;
const fileCountLimit = 500;

/** Release names and aliases of Debian; suites with a suffix (`-security`, `-updates`) are other archives. */
const debianSuites =
  /^(?:old)*stable$|^(?:testing|unstable|sid|experimental|stretch|buster|bullseye|bookworm|trixie|forky|duke)$/;

/**
 * Reads the machine's sources: files, or directories of `*.sources` and `*.list`. What cannot be read as a source is
 * skipped, as another tool wrote it and apt itself will complain.
 */
export async function loadAptSources(paths: readonly string[]): Promise<AptSource[]> {
  const files = (await Promise.all(paths.map(sourceFiles))).flat().slice(0, fileCountLimit);
  const texts = await Promise.all(files.map((file) => readTextIfPresent(file)));
  return texts.flatMap((text, index) => {
    if (text === undefined || text.length > fileLimit) {
      return [];
    }
    return files[index]?.endsWith('.sources') ? parseDeb822Sources(text, files[index]) : parseListSources(text);
  });
}

async function sourceFiles(path: string): Promise<string[]> {
  try {
    const names = await readdir(path);
    return names
      .filter((name) => /\.(sources|list)$/.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (cause) {
    if (hasErrno(cause, 'ENOTDIR', 'ENOENT', 'EACCES')) {
      return hasErrno(cause, 'ENOTDIR') ? [path] : [];
    }
    throw cause;
  }
}

/** sources.list(5), "DEB822-STYLE FORMAT". */
export function parseDeb822Sources(text: string, file: string): AptSource[] {
  let paragraphs: Paragraph[];
  try {
    paragraphs = parseParagraphs(text, file);
  } catch (failure) {
    if (failure instanceof SlipwayError) {
      return [];
    }
    throw failure;
  }
  return paragraphs
    .filter((paragraph) => !/^(no|false|0|off)$/i.test(paragraph.get('enabled') ?? 'yes'))
    .map((paragraph) => ({
      types: words(paragraph.get('types')),
      uris: words(paragraph.get('uris')),
      suites: words(paragraph.get('suites')),
      components: words(paragraph.get('components')),
      signedBy: paragraph.get('signed-by')?.trim() ?? '',
    }));
}

/** sources.list(5), "ONE-LINE-STYLE FORMAT": `deb [option=value …] uri suite [component …]`. */
export function parseListSources(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)\s*(?:#.*)?$/.exec(line);
    if (match === null) {
      return [];
    }
    const [, type = '', options = '', uri = '', suite = '', components = ''] = match;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1] ?? '';
    return [{ types: [type], uris: [uri], suites: [suite], components: words(components), signedBy }];
  });
}

function words(text = ''): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/**
 * The entry that names the Debian main archive: it has component main and either is signed with the Debian archive
 * keyring or names a plain Debian suite (a code name or alias without suffix); both is better than one. Security
 * archives and third parties have suites with suffixes or names of their own and so never qualify.
 * Throws `UPSTREAM_NO_ARCHIVE`.
 */
export function findDebianArchive(sources: readonly AptSource[]): AptSource {
  const ranked = sources
    .map((source) => ({ source, rank: archiveRank(source) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank);
  const best = ranked[0]?.source;
  if (best === undefined) {
    throw new SlipwayError('UPSTREAM_NO_ARCHIVE', 'Cannot find the Debian archive in the apt sources of this machine', {
      hint: 'add a source of the Debian main archive with "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg"',
    });
  }
  return best;
}

function archiveRank(source: AptSource): number {
  const isMain = source.types.includes('deb') && source.components.includes('main');
  const isPlain = source.suites.some((suite) => debianSuites.test(suite));
  const isForeign = source.suites.every((suite) => /-security$|\/$/.test(suite)) || !source.uris.some(isFetchable);
  if (!isMain || isForeign || /-security\/*$/.test(source.uris[0] ?? '')) {
    return 0;
  }
  const isSigned = /debian-archive/.test(source.signedBy);
  return isPlain ? (isSigned ? 3 : source.signedBy === '' ? 2 : 0) : isSigned ? 1 : 0;
}

/** Media in a drive cannot be fetched from without asking a person. */
function isFetchable(uri: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/.test(uri) && !uri.startsWith('cdrom:');
}
