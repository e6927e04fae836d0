import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DebianArchive {
  readonly uri: string;
  readonly keyring: string;
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The Debian archive that this machine's own apt is set up for. */
export function debianArchive(): DebianArchive | undefined {
  const uri = [...deb822Uris(), ...oneLineUris()].find((each) => /\/debian\/?$/.test(each));
  return uri === undefined || !existsSync(keyring) ? undefined : { uri, keyring };
}

function filesOf(extension: string): string[] {
  const directory = '/etc/apt/sources.list.d';
  const names = existsSync(directory) ? readdirSync(directory) : [];
  return names
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => join(directory, name));
}

function deb822Uris(): string[] {
  return filesOf('.sources').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/^URIs:\s*(\S+)/gm)].map((match) => match[1] ?? ''),
  );
}

function oneLineUris(): string[] {
  const files = ['/etc/apt/sources.list', ...filesOf('.list')].filter(existsSync);
  return files.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/gm)].map((match) => match[1] ?? ''),
  );
}
