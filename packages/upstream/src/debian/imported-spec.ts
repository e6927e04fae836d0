import {
  type ChangelogEntry,
  type Dependency,
  formatDependency,
  type PackageMetadata,
  type Relations,
} from '@slipway/rpm';
import { fileFlags, type SpecFile } from './spec-file.ts';

/** What the spec of an imported package says: everything of the package that an overlay may change. */
export interface ImportedSpec
  extends Relations,
    Pick<
      PackageMetadata,
      'name' | 'evr' | 'arch' | 'summary' | 'description' | 'license' | 'url' | 'vendor' | 'packager' | 'group'
    > {
  readonly files: readonly SpecFile[];
  readonly changelog: readonly ChangelogEntry[];
}

/** Where a package comes from; written as comments, for people. */
export interface Provenance {
  /** Name, Debian version and architecture. */
  readonly package: string;
  readonly sha256: string;
  /** Source package and its Debian version. */
  readonly source: string;
  /** Maintainer scripts that the Debian package has and the RPM does not. */
  readonly scripts: readonly string[];
  /** Relations that were rewritten so that rpm decides them as dpkg does. */
  readonly repairs: readonly string[];
}

const relationTags: readonly (readonly [keyof Relations, string])[] = [
  ['provides', 'Provides'],
  ['requires', 'Requires'],
  ['conflicts', 'Conflicts'],
  ['obsoletes', 'Obsoletes'],
  ['recommends', 'Recommends'],
  ['suggests', 'Suggests'],
  ['supplements', 'Supplements'],
  ['enhances', 'Enhances'],
];

/** The spec text of an imported package; `readImportedSpec` gives the same values back. */
export function importedSpec(spec: ImportedSpec, provenance: Provenance): string {
  return [
    ...provenanceLines(provenance),
    '',
    ...tagLines(spec),
    ...relationLines(spec),
    '',
    '%description',
    ...spec.description.split('\n').map(escapeMacros),
    '',
    '%files',
    ...spec.files.map(fileLine),
    ...changelogLines(spec.changelog),
    '',
  ].join('\n');
}

function provenanceLines(provenance: Provenance): string[] {
  const scripts = provenance.scripts.length === 0 ? 'none' : provenance.scripts.join(', ');
  return [
    `# Imported from the Debian package ${provenance.package}`,
    `# SHA-256 ${provenance.sha256}`,
    `# Source package: ${provenance.source}`,
    `# Maintainer scripts, not carried over: ${scripts}`,
    ...provenance.repairs.map((repair) => `# Rewritten so that rpm decides as dpkg does: ${repair}`),
  ].map(escapeMacros);
}

function tagLines(spec: ImportedSpec): string[] {
  const tags: [string, string][] = [
    ['Name', spec.name],
    ['Epoch', spec.evr.epoch === 0 ? '' : String(spec.evr.epoch)],
    ['Version', spec.evr.version],
    ['Release', spec.evr.release],
    ['Summary', spec.summary],
    ['License', spec.license],
    ['Group', spec.group],
    ['URL', spec.url],
    ['Vendor', spec.vendor],
    ['Packager', spec.packager],
    [spec.arch === 'noarch' ? 'BuildArch' : 'ExclusiveArch', spec.arch],
    ['AutoReq', 'no'],
  ];
  return tags.filter(([, value]) => value !== '').map(([tag, value]) => tagLine(tag, value));
}

function tagLine(tag: string, value: string): string {
  return `${`${tag}:`.padEnd(16)}${escapeMacros(value)}`;
}

function relationLines(spec: ImportedSpec): string[] {
  return relationTags.flatMap(([kind, tag]) => {
    const lines = spec[kind]
      .filter((dependency) => kind !== 'provides' || !isSelfProvide(dependency, spec))
      .map((dependency) => tagLine(dependency.pre === true ? `${tag}(pre)` : tag, formatDependency(dependency)));
    return lines.length === 0 ? [] : ['', ...lines];
  });
}

/** `name = evr` and `name(x86-64) = evr` are added by whoever builds the package, as rpmbuild does. */
export function isSelfProvide(dependency: Dependency, spec: Pick<ImportedSpec, 'name' | 'evr' | 'arch'>): boolean {
  return selfProvides(spec).some((own) => formatDependency(own) === formatDependency(dependency));
}

export function selfProvides({ name, evr, arch }: Pick<ImportedSpec, 'name' | 'evr' | 'arch'>): Dependency[] {
  const own: Dependency = { name, comparison: '=', evr };
  return arch === 'x86_64' ? [own, { ...own, name: `${name}(x86-64)` }] : [own];
}

function fileLine(file: SpecFile): string {
  const mode = file.mode === undefined ? '-' : file.mode.toString(8).padStart(4, '0');
  const words = [
    `%attr(${mode}, ${file.user}, ${file.group})`,
    ...(file.device === undefined ? [] : [`%dev(${file.device.type}, ${file.device.major}, ${file.device.minor})`]),
    ...(file.caps === '' ? [] : [`%caps(${file.caps})`]),
    ...(file.lang === '' ? [] : [`%lang(${file.lang.split('|').join(',')})`]),
    ...fileFlags
      .filter(([, bits]) => (file.flags & bits) === bits && isWholeFlag(file.flags, bits))
      .map(([word]) => word),
    ...(file.isDirectory ? ['%dir'] : []),
    escapePath(file.path),
  ];
  return words.join(' ');
}

/** `%config(noreplace)` says both of its bits; plain `%config` is for the first one alone. */
function isWholeFlag(flags: number, bits: number): boolean {
  return bits !== 1 || (flags & (8 | 16)) === 0;
}

/** Characters that %files lines give a meaning are written with a backslash; `%` is doubled. */
function escapePath(path: string): string {
  const escaped = escapeMacros(path.replace(/[\\*?[\]{}"]/g, '\\$&'));
  return /\s/.test(escaped) ? `"${escaped}"` : escaped;
}

function escapeMacros(text: string): string {
  return text.replaceAll('%', '%%');
}

function changelogLines(changelog: readonly ChangelogEntry[]): string[] {
  if (changelog.length === 0) {
    return [];
  }
  const entries = changelog.flatMap(({ time, author, text }) => [
    `* ${changelogDate(time)} ${escapeMacros(author)}`,
    ...text.split('\n').map(escapeMacros),
    '',
  ]);
  return ['', '%changelog', ...entries.slice(0, -1)];
}

/** `Fri Nov 20 2026`, UTC. */
function changelogDate(time: number): string {
  const [, weekday = '', day = '', month = '', year = ''] =
    /^(\w+), (\d+) (\w+) (\d+)/.exec(new Date(time * 1000).toUTCString()) ?? [];
  return `${weekday} ${month} ${day} ${year}`;
}
