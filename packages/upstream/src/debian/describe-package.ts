import type { PackageMetadata } from '@slipway/rpm';
import { formatEvr } from '@slipway/rpm';
import type { ArchivePackage, RelationField } from '../apt/archive-package.ts';
import { relationFields } from '../apt/archive-package.ts';
import { foldedField, type Paragraph, requiredField } from './control-paragraphs.ts';
import { parseDebianVersion } from './debian-version.ts';
import { mapVersion } from './map-version.ts';

/** What DEBIAN/control says about the package as a whole, in rpm's terms. */
export type PackageDescription = Pick<
  PackageMetadata,
  'name' | 'evr' | 'arch' | 'summary' | 'description' | 'url' | 'packager' | 'group' | 'sourceRpm'
> & {
  readonly debianVersion: string;
  readonly debianArchitecture: string;
  /** Source package, and its Debian version. */
  readonly source: string;
};

/** Throws `UPSTREAM_BAD_PACKAGE` for a missing field and `UPSTREAM_BAD_VERSION`. */
export function describePackage(control: Paragraph, file: string): PackageDescription {
  const name = requiredField(control, 'package', file);
  const version = requiredField(control, 'version', file);
  const architecture = requiredField(control, 'architecture', file);
  const [summary = '', ...extended] = (control.get('description') ?? '').split('\n');
  const source = sourcePackage(control, name, version);
  const sourceEvr = mapVersion(parseDebianVersion(source.version));
  return {
    name,
    evr: mapVersion(parseDebianVersion(version)),
    arch: architecture === 'all' ? 'noarch' : 'x86_64',
    summary: oneLine(summary) || name,
    description: describe(extended) || oneLine(summary) || name,
    url: oneLine(control.get('homepage') ?? ''),
    packager: oneLine(control.get('maintainer') ?? ''),
    group: oneLine(control.get('section') ?? ''),
    sourceRpm: `${source.name}-${formatEvr({ ...sourceEvr, epoch: 0 })}.src.rpm`,
    ...{ debianVersion: version, debianArchitecture: architecture, source: `${source.name} ${source.version}` },
  };
}

/** The relation fields of a control file, as an index record has them. */
export function controlRelations(control: Paragraph): ArchivePackage['relations'] {
  const relations: Partial<Record<RelationField, string>> = {};
  for (const field of relationFields) {
    const value = foldedField(control, field.toLowerCase());
    if (value !== '') {
      relations[field] = value;
    }
  }
  return relations;
}

/** deb-control(5): a lone dot is an empty line, deeper indentation is verbatim text. */
function describe(lines: readonly string[]): string {
  return lines
    .map((line) => line.trimEnd())
    .map((line) => (line.trim() === '.' ? '' : line))
    .map(printable)
    .join('\n')
    .trim();
}

function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

/** createrepo_c drops a package for one control character. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\0-\x08\x0b-\x1f\x7f]/g, ' ');
}

function sourcePackage(control: Paragraph, name: string, version: string): { name: string; version: string } {
  const [, sourceName, sourceVersion] = /^(\S+)(?:\s+\(([^)]+)\))?$/.exec(control.get('source') ?? '') ?? [];
  return { name: sourceName ?? name, version: sourceVersion ?? version };
}
