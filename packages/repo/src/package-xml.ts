import { SlipwayError } from '@slipway/core';
import { XmlWriter } from '@slipway/formats';
import { type Dependency, fileFlags, fileType, formatNevra, type PackageFile } from '@slipway/rpm';
import { listedRequirements } from './listed-requirements.ts';
import { isPrimaryFile } from './primary-file.ts';
import type { RepositoryEntry } from './repository-entry.ts';

/** Unequal has no name in rpm-md: createrepo_c writes the version alone. */
const comparisonFlags = { '<': 'LT', '<=': 'LE', '=': 'EQ', '>=': 'GE', '>': 'GT', '<>': undefined } as const;
/** Newest entries of the changelog that other.xml keeps (createrepo_c's default). */
const maxChangelogEntries = 10;
const declaration = /^<\?xml[^>]*\?>\n/;

/** The three descriptions of a package, each one `<package>` element at the left margin, as createrepo_c writes them. */
export interface PackageXml {
  readonly primary: string;
  readonly filelists: string;
  readonly other: string;
}

/** Throws `REPO_BAD_PACKAGE` for texts that XML cannot hold. */
export function formatPackage(entry: RepositoryEntry): PackageXml {
  try {
    return { primary: formatPrimary(entry), filelists: formatFilelists(entry), other: formatOther(entry) };
  } catch (cause) {
    if (cause instanceof SlipwayError && cause.code === 'FORMATS_NOT_WRITABLE') {
      throw new SlipwayError(
        'REPO_BAD_PACKAGE',
        `Cannot describe ${formatNevra(entry.metadata)}: it has control characters`,
        {
          hint: 'remove control characters from the texts, relations and file names of the package',
          at: { file: entry.locationHref },
          cause,
        },
      );
    }
    throw cause;
  }
}

function finish(writer: XmlWriter): string {
  return writer.close().finish().replace(declaration, '');
}

function formatPrimary(entry: RepositoryEntry): string {
  const { metadata } = entry;
  const writer = new XmlWriter().open('package', { type: 'rpm' });
  writer.leaf('name', {}, metadata.name).leaf('arch', {}, metadata.arch);
  writeVersion(writer, entry);
  writer
    .leaf('checksum', { type: 'sha256', pkgid: 'YES' }, entry.digest)
    .leaf('summary', {}, metadata.summary)
    .leaf('description', {}, metadata.description)
    .leaf('packager', {}, metadata.packager)
    .leaf('url', {}, metadata.url)
    .leaf('time', { file: entry.fileTime, build: metadata.buildTime })
    .leaf('size', {
      package: entry.sizeBytes,
      installed: metadata.installedSizeBytes,
      archive: metadata.archiveSizeBytes,
    })
    .leaf('location', { href: entry.locationHref });
  writeFormat(writer.open('format'), entry);
  return finish(writer.close());
}

function writeVersion(writer: XmlWriter, { metadata: { evr } }: RepositoryEntry): void {
  writer.leaf('version', { epoch: evr.epoch, ver: evr.version, rel: evr.release });
}

function writeFormat(writer: XmlWriter, { metadata, headerRange }: RepositoryEntry): void {
  const { requires, recommends } = listedRequirements(metadata);
  writer
    .leaf('rpm:license', {}, metadata.license)
    .leaf('rpm:vendor', {}, metadata.vendor)
    .leaf('rpm:group', {}, metadata.group)
    .leaf('rpm:buildhost', {}, metadata.buildHost)
    .leaf('rpm:sourcerpm', {}, metadata.sourceRpm)
    .leaf('rpm:header-range', { start: headerRange.start, end: headerRange.end });
  writeRelations(writer, 'provides', metadata.provides);
  writeRelations(writer, 'requires', requires);
  writeRelations(writer, 'conflicts', metadata.conflicts);
  writeRelations(writer, 'obsoletes', metadata.obsoletes);
  writeRelations(writer, 'suggests', metadata.suggests);
  writeRelations(writer, 'enhances', metadata.enhances);
  writeRelations(writer, 'recommends', [...recommends, ...metadata.recommends]);
  writeRelations(writer, 'supplements', metadata.supplements);
  for (const file of metadata.files) {
    if (isPrimaryFile(file.path)) {
      writeFile(writer, file);
    }
  }
}

function writeRelations(writer: XmlWriter, kind: string, dependencies: readonly Dependency[]): void {
  if (dependencies.length === 0) {
    return;
  }
  writer.open(`rpm:${kind}`);
  for (const { name, comparison, evr, pre } of dependencies) {
    const versioned = comparison === undefined || evr === undefined ? undefined : evr;
    writer.leaf('rpm:entry', {
      name,
      flags: comparison === undefined ? undefined : comparisonFlags[comparison],
      epoch: versioned?.epoch,
      ver: versioned?.version === '' ? undefined : versioned?.version,
      rel: versioned?.release === '' ? undefined : versioned?.release,
      pre: kind === 'requires' && pre === true ? 1 : undefined,
    });
  }
  writer.close();
}

function writeFile(writer: XmlWriter, { path, mode, flags }: PackageFile): void {
  const isDirectory = (mode & fileType.mask) === fileType.directory;
  const type = isDirectory ? 'dir' : (flags & fileFlags.ghost) !== 0 ? 'ghost' : undefined;
  writer.leaf('file', { type }, path);
}

function openListing(entry: RepositoryEntry): XmlWriter {
  const { name, arch } = entry.metadata;
  const writer = new XmlWriter().open('package', { pkgid: entry.digest, name, arch });
  writeVersion(writer, entry);
  return writer;
}

function formatFilelists(entry: RepositoryEntry): string {
  const writer = openListing(entry);
  for (const file of entry.metadata.files) {
    writeFile(writer, file);
  }
  return finish(writer);
}

function formatOther(entry: RepositoryEntry): string {
  const writer = openListing(entry);
  for (const { author, date, text } of listedChangelog(entry)) {
    writer.leaf('changelog', { author, date }, text);
  }
  return finish(writer);
}

/** Oldest first; entries of one moment get increasing dates, because clients order by them. */
function listedChangelog({ metadata }: RepositoryEntry): { author: string; date: number; text: string }[] {
  const listed: { author: string; date: number; text: string }[] = [];
  for (const { author, time, text } of metadata.changelog.slice(0, maxChangelogEntries)) {
    listed.unshift({ author: author.replace(/(?<=.) +$/s, ''), date: time, text });
    for (let at = 1, taken = time; listed[at]?.date === taken; at++, taken++) {
      (listed[at] as { date: number }).date++;
    }
  }
  return listed;
}
