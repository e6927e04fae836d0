import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SlipwayError, writeFileAtomically } from '@slipway/core';
import { type AptSource, findDebianArchive, loadAptSources } from './apt-sources.ts';
import { runApt } from './run-apt.ts';

export interface AptOptions {
  /** Everything apt keeps for this archive goes here. */
  readonly stateDirectory: string;
  /** Code name or alias, for example `forky`. */
  readonly suite: string;
  readonly components: readonly string[];
  readonly architecture: 'amd64';
  /** Files and directories of the machine's own sources; they are only read. */
  readonly machineSources: readonly string[];
  /** The archive's address and keyring, where they are not to be those of the machine. */
  readonly baseUri?: string;
  readonly keyring?: string;
  /** Use an index past its Valid-Until date all the same; the reason goes into the report. */
  readonly allowExpired?: { readonly reason: string };
  /** Ends apt when it is aborted. */
  readonly signal?: AbortSignal;
}

/** A private apt: its configuration, sources, indexes and cache, apart from the machine's. */
export interface AptArchive {
  readonly suite: string;
  readonly components: readonly string[];
  readonly configPath: string;
  readonly listsDirectory: string;
  readonly workDirectory: string;
  readonly allowExpired: { readonly reason: string } | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes a private apt configuration into the state directory: the machine's Debian archive and keys, its proxy and
 * TLS settings, the wanted suite, an empty package database. Throws `UPSTREAM_NO_ARCHIVE`.
 */
export async function prepareApt(options: AptOptions): Promise<AptArchive> {
  checkOptions(options);
  const state = resolve(options.stateDirectory);
  const source = await archiveSource(options);
  const archive: AptArchive = {
    suite: options.suite,
    components: options.components,
    configPath: join(state, 'apt.conf'),
    listsDirectory: join(state, 'lists'),
    workDirectory: join(state, 'work'),
    allowExpired: options.allowExpired,
    signal: options.signal,
  };
  for (const directory of ['lists/partial', 'cache/archives/partial', 'work', 'empty']) {
    await mkdir(join(state, directory), { recursive: true });
  }
  await writeFileAtomically(join(state, 'status'), '');
  await writeFileAtomically(join(state, 'archive.sources'), formatSource(source, options));
  await writeFileAtomically(archive.configPath, formatConfig(state, options, await machineTransport()));
  return archive;
}

async function archiveSource({ baseUri, keyring, machineSources, suite, components }: AptOptions): Promise<AptSource> {
  const named = { types: ['deb'], suites: [suite], components };
  const source =
    baseUri === undefined
      ? findDebianArchive(await loadAptSources(machineSources))
      : { ...named, uris: [baseUri], signedBy: '' };
  return keyring === undefined ? source : { ...source, signedBy: resolve(keyring) };
}

function checkOptions({ suite, components, stateDirectory, baseUri = '', keyring = '' }: AptOptions): void {
  const names = [suite, ...components];
  if (
    !names.every((name) => /^[a-z0-9][a-z0-9.-]*$/.test(name)) ||
    /["\n]/.test(stateDirectory) ||
    /\s/.test(baseUri + keyring)
  ) {
    throw new SlipwayError('UPSTREAM_NO_ARCHIVE', `Cannot use the suite ${suite} with ${components.join(' ')}`, {
      hint: 'suites and components are words of small letters and digits (forky, main); addresses and paths have no blanks',
    });
  }
}

function formatSource(source: AptSource, { suite, components, architecture }: AptOptions): string {
  const signedBy = source.signedBy.split('\n').join('\n ');
  return [
    'Types: deb deb-src',
    `URIs: ${source.uris.join(' ')}`,
    `Suites: ${suite}`,
    `Components: ${components.join(' ')}`,
    `Architectures: ${architecture}`,
    ...(signedBy === '' ? [] : [`Signed-By: ${signedBy}`]),
    '',
  ].join('\n');
}

function formatConfig(state: string, { architecture }: AptOptions, transport: readonly string[]): string {
  const settings: readonly (readonly [string, string])[] = [
    ['Dir::State', state],
    ['Dir::State::lists', join(state, 'lists')],
    ['Dir::State::status', join(state, 'status')],
    ['Dir::Cache', join(state, 'cache')],
    ['Dir::Etc::sourcelist', join(state, 'archive.sources')],
    ['Dir::Etc::sourceparts', join(state, 'empty')],
    ['Dir::Etc::preferences', join(state, 'empty/preferences')],
    ['Dir::Etc::preferencesparts', join(state, 'empty')],
    // apt reads this file before the machine's configuration, and so never gets to it and its hooks
    ['Dir::Etc::main', join(state, 'empty/apt.conf')],
    ['Dir::Etc::parts', join(state, 'empty')],
    ['APT::Architecture', architecture],
    ['APT::Sandbox::User', 'root'],
    ['APT::Update::Error-Mode', 'any'],
    ['Acquire::Languages', 'none'],
    ['Acquire::GzipIndexes', 'false'],
    ['Acquire::PDiffs', 'false'],
    ['Acquire::Retries', '3'],
    // checked by fetchIndexes, which tells expired from unreachable
    ['Acquire::Check-Valid-Until', 'false'],
  ];
  const lines = settings.map(([name, value]) => `${name} "${value}";`);
  return [...transport, ...lines, `APT::Architectures { "${architecture}"; };`, ''].join('\n');
}

/** How to reach archives (proxies, TLS, timeouts); not what to trust or which files to fetch. */
const transportSetting = /^Acquire::(?:https?|ftp|tor|socks5h|ForceIPv[46]|Proxy)[A-Za-z0-9:._-]* "[^"\n]*";$/i;

async function machineTransport(): Promise<string[]> {
  const { stdout } = await runApt('apt-config', ['dump'], {});
  return stdout
    .toString()
    .split('\n')
    .filter((line) => transportSetting.test(line) && !line.endsWith(' "";'));
}
