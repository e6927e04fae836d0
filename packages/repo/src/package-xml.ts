import { SlipwayError } from '@slipway/core';
import { escapeXmlAttribute, escapeXmlText } from '@slipway/formats';
import { metadataFacts } from './describe/metadata-facts.ts';
import type { ListedRelation, PackageFacts } from './describe/package-facts.ts';
import { isPrimaryFile } from './primary-file.ts';
import type { PackagePlacement, RepositoryEntry } from './repository-entry.ts';

/** The descriptions of a package, each one `<package>` element at the left margin, as createrepo_c writes them. */
export interface PackageXml {
  readonly primary: string;
  readonly filelists: string;
  readonly other: string;
  readonly filelistsExt?: string;
}

/** The order in which createrepo_c writes the kinds. */
const writtenKinds = [
  'provides',
  'requires',
  'conflicts',
  'obsoletes',
  'suggests',
  'enhances',
  'recommends',
  'supplements',
] as const;

/** Throws `REPO_BAD_PACKAGE` for texts that XML cannot hold. */
export function formatPackage(entry: RepositoryEntry): PackageXml {
  return formatFacts(metadataFacts(entry.metadata), entry);
}

/** As `formatPackage`, with the listing of filelists-ext when `withHashes` is set. */
export function formatFacts(facts: PackageFacts, placement: PackagePlacement, withHashes = false): PackageXml {
  try {
    return {
      primary: formatPrimary(facts, placement),
      filelists: formatFilelists(facts, placement, false),
      other: formatOther(facts, placement),
      ...(withHashes ? { filelistsExt: formatFilelists(facts, placement, true) } : {}),
    };
  } catch (cause) {
    if (cause instanceof SlipwayError && cause.code === 'FORMATS_NOT_WRITABLE') {
      throw new SlipwayError(
        'REPO_BAD_PACKAGE',
        `Cannot describe ${facts.name}-${facts.version}-${facts.release}: it has control characters`,
        {
          hint: 'remove control characters from the texts, relations and file names of the package',
          at: { file: placement.locationHref },
          cause,
        },
      );
    }
    throw cause;
  }
}

function attribute(name: string, value: string | number): string {
  return ` ${name}="${typeof value === 'number' ? value : escapeXmlAttribute(value)}"`;
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXmlText(text)}</${name}>\n`;
}

function formatVersion({ epoch, version, release }: PackageFacts): string {
  return `<version${attribute('epoch', epoch)}${attribute('ver', version)}${attribute('rel', release)}/>\n`;
}

function formatPrimary(facts: PackageFacts, { digest, fileTime, sizeBytes, ...placement }: PackagePlacement): string {
  const base = placement.locationBase === undefined ? '' : attribute('xml:base', placement.locationBase);
  const { start, end } = placement.headerRange;
  const { installedSize, archiveSize } = facts;
  return (
    '<package type="rpm">\n' +
    `  ${element('name', facts.name)}  ${element('arch', facts.arch)}  ${formatVersion(facts)}` +
    `  <checksum type="sha256" pkgid="YES">${digest}</checksum>\n` +
    `  ${element('summary', facts.summary)}  ${element('description', facts.description)}` +
    `  ${element('packager', facts.packager)}  ${element('url', facts.url)}` +
    `  <time file="${fileTime}" build="${facts.buildTime}"/>\n` +
    `  <size package="${sizeBytes}" installed="${installedSize}" archive="${archiveSize}"/>\n` +
    `  <location${base}${attribute('href', placement.locationHref)}/>\n  <format>\n` +
    `    ${element('rpm:license', facts.license)}    ${element('rpm:vendor', facts.vendor)}` +
    `    ${element('rpm:group', facts.group)}    ${element('rpm:buildhost', facts.buildHost)}` +
    `    ${element('rpm:sourcerpm', facts.sourceRpm)}` +
    `    <rpm:header-range start="${start}" end="${end}"/>\n` +
    writtenKinds.map((kind) => formatRelations(kind, facts.relations[kind])).join('') +
    formatFiles(facts, { indentation: '    ', isWanted: isPrimaryFile }) +
    '  </format>\n</package>\n'
  );
}

function formatRelations(kind: (typeof writtenKinds)[number], relations: readonly ListedRelation[]): string {
  if (relations.length === 0) {
    return '';
  }
  let xml = `    <rpm:${kind}>\n`;
  for (const { name, flags, epoch, version, release, pre } of relations) {
    if (name === '') {
      continue;
    }
    xml += `      <rpm:entry${attribute('name', name)}`;
    if (flags !== '') {
      xml += ` flags="${flags}"${optional('epoch', epoch)}${optional('ver', version)}${optional('rel', release)}`;
    }
    xml += kind === 'requires' && pre ? ' pre="1"/>\n' : '/>\n';
  }
  return `${xml}    </rpm:${kind}>\n`;
}

function optional(name: string, value: string): string {
  return value === '' ? '' : attribute(name, value);
}

interface FileListing {
  readonly indentation: string;
  readonly isWanted?: (path: string) => boolean;
  readonly withHashes?: boolean;
}

function formatFiles(
  { paths, types, hashes }: PackageFacts,
  { indentation, isWanted, withHashes = false }: FileListing,
): string {
  let xml = '';
  for (let at = 0; at < paths.length; at++) {
    const path = paths[at] as string;
    if (isWanted !== undefined && !isWanted(path)) {
      continue;
    }
    const type = types[at] as string;
    const hash = withHashes ? optional('hash', hashes[at] ?? '') : '';
    xml += `${indentation}<file${type === '' ? '' : ` type="${type}"`}${hash}>${escapeXmlText(path)}</file>\n`;
  }
  return xml;
}

function openListing(facts: PackageFacts, { digest }: PackagePlacement): string {
  const identity = `${attribute('name', facts.name)}${attribute('arch', facts.arch)}`;
  return `<package pkgid="${digest}"${identity}>\n  ${formatVersion(facts)}`;
}

function formatFilelists(facts: PackageFacts, placement: PackagePlacement, withHashes: boolean): string {
  const checksum = withHashes ? `  <checksum${attribute('type', facts.hashAlgorithm)}/>\n` : '';
  const files = formatFiles(facts, { indentation: '  ', withHashes });
  return `${openListing(facts, placement)}${checksum}${files}</package>\n`;
}

function formatOther(facts: PackageFacts, placement: PackagePlacement): string {
  let xml = openListing(facts, placement);
  for (const { author, date, text } of facts.changes) {
    xml += `  <changelog${attribute('author', author)} date="${date}">${escapeXmlText(text)}</changelog>\n`;
  }
  return `${xml}</package>\n`;
}
