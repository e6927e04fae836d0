import type { GroupState, InstallReason, SystemState } from './system-state.ts';

/** libdnf5's words, which it reads back exactly. */
export const reasonWords: Readonly<Record<Exclude<InstallReason, 'group'>, string>> = {
  user: 'User',
  dependency: 'Dependency',
  'weak-dependency': 'Weak Dependency',
  'external-user': 'External User',
};

export const systemStateVersion = '1.0';
/** toml11 breaks an array that would be longer than this, counting two more for each member and its separator. */
const longestArrayOnOneLine = 60;

/**
 * The files of a system state by their names, byte for byte as dnf5 writes them (with toml11 4): they go into
 * `systemStateDirectory`. There are no modules in it.
 */
export function formatSystemState(state: SystemState): ReadonlyMap<string, string> {
  const { reasons, repositories, groups, environments, rpmdbCookie } = state;
  return new Map([
    ['packages.toml', table('packages', reasons, (reason) => `{reason = ${text(reasonWords[reason])}}`)],
    ['nevras.toml', table('nevras', repositories, (id) => `{from_repo = ${text(id)}}`)],
    ['groups.toml', groupTables(groups)],
    ['environments.toml', table('environments', environments, (ids) => `{groups = ${arrayOnOneLine(ids)}}`)],
    ['modules.toml', table('modules', new Map<string, never>(), () => '')],
    ['system.toml', `${versionLine}system = {rpmdb_cookie = ${text(rpmdbCookie)}}\n\n`],
  ]);
}

const versionLine = `version = "${systemStateVersion}"\n`;

function table<T>(name: string, values: ReadonlyMap<string, T>, format: (value: T) => string): string {
  const lines = sortedEntries(values).map(([name, value]) => `${key(name)} = ${format(value)}\n`);
  return `${versionLine}\n[${name}]\n${lines.join('')}${lines.length > 0 ? '\n' : ''}`;
}

function groupTables(groups: ReadonlyMap<string, GroupState>): string {
  const tables = sortedEntries(groups).map(
    ([id, { memberTypes, packages, userInstalled }]) =>
      `[groups.${key(id)}]\npackage_types = ${arrayOnOneLine(memberTypes)}\n` +
      `packages = ${array(packages)}\nuserinstalled = ${userInstalled}\n\n`,
  );
  return `${versionLine}\n[groups]\n${tables.join('')}`;
}

/** In byte order, as std::map has them. */
function sortedEntries<T>(values: ReadonlyMap<string, T>): [string, T][] {
  return [...values].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function key(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : text(name);
}

function array(values: readonly string[]): string {
  const lengths = values.map((value) => Buffer.byteLength(text(value)) + 4);
  const total = lengths.reduce((sum, length) => sum + length, -2);
  return total > longestArrayOnOneLine
    ? `[\n${values.map((value) => `    ${text(value)},\n`).join('')}]`
    : arrayOnOneLine(values);
}

function arrayOnOneLine(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`;
}

/** A basic string: what JSON has to escape is what TOML has to, but for DEL. */
function text(value: string): string {
  return JSON.stringify(value).replaceAll('\u007f', '\\u007F');
}
