import { type Digest, sha256 } from '@slipway/core';
import { formatEvr } from '@slipway/rpm';
import type { ResolvedLicense } from '../licenses/resolve-license.ts';
import { oneLine } from '../text/one-line.ts';
import { webAddress } from '../text/web-address.ts';
import { rpmPackageUrl, sourcePackageUrl } from './package-url.ts';
import { parseContact, type UpstreamSource } from './sbom-contents.ts';
import type { SbomDocumentInfo, SbomFile, SbomOrigin, SbomPackage, SbomSubject } from './sbom-input.ts';
import type { SpdxPackage } from './spdx-types.ts';

type SbomImage = SbomSubject & { readonly kind: 'image' };

/** Hexadecimal digits of a digest in identifiers: 128 bits, so that nobody can make two packages share one. */
const idDigestLength = 32;

const unlicensed = {
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
} as const;

/** Clause 3.2: letters, digits, dots and hyphens; the digest makes it unique. */
function elementId(kind: string, name: string, digest: Digest): string {
  return `SPDXRef-${kind}-${name.replace(/[^A-Za-z0-9.]+/g, '-').slice(0, 80)}-${digest.slice(0, idDigestLength)}`;
}

export function spdxPackageId(pkg: SbomPackage): string {
  return elementId('Package', pkg.name, pkg.sha256);
}

export function spdxSourceId({ name, version, origin }: UpstreamSource): string {
  return elementId('Source', name, sha256([origin.distribution, origin.format, name, version].join('\0')));
}

export function spdxFileId(file: SbomFile): string {
  return elementId('File', file.name, sha256(`${file.sha256} ${file.name}`));
}

export function spdxRpm(pkg: SbomPackage, license: ResolvedLicense, info: SbomDocumentInfo): SpdxPackage {
  const homepage = webAddress(pkg.homepage);
  const originator = spdxContact(pkg.packager);
  const summary = oneLine(pkg.summary);
  return {
    SPDXID: spdxPackageId(pkg),
    name: pkg.name,
    versionInfo: formatEvr(pkg.evr),
    packageFileName: pkg.fileName,
    supplier: organization(pkg.vendor) ?? 'NOASSERTION',
    ...(originator === undefined ? {} : { originator }),
    downloadLocation: webAddress(pkg.downloadLocation ?? '') ?? 'NOASSERTION',
    ...unlicensed,
    checksums: [{ algorithm: 'SHA256', checksumValue: pkg.sha256 }],
    ...(homepage === undefined ? {} : { homepage }),
    ...(pkg.origin === undefined ? {} : { sourceInfo: originText(pkg.origin) }),
    licenseDeclared: license.expression ?? 'NOASSERTION',
    ...(summary === '' ? {} : { summary }),
    externalRefs: packageUrl(rpmPackageUrl(pkg, info.distribution)),
    primaryPackagePurpose: 'INSTALL',
  };
}

export function spdxSource(source: UpstreamSource): SpdxPackage {
  return {
    SPDXID: spdxSourceId(source),
    name: source.name,
    versionInfo: source.version,
    supplier: organization(source.origin.distribution) ?? 'NOASSERTION',
    downloadLocation: 'NOASSERTION',
    ...unlicensed,
    externalRefs: packageUrl(sourcePackageUrl(source, source.origin)),
    primaryPackagePurpose: 'SOURCE',
  };
}

/** The image as a whole; its digest is known only where it is published as one file. */
export function spdxImage(image: SbomImage, info: SbomDocumentInfo): SpdxPackage {
  const [file, ...others] = image.files;
  const single = file !== undefined && others.length === 0 ? fileFacts(file) : {};
  return {
    SPDXID: 'SPDXRef-Image',
    name: image.name,
    versionInfo: image.version,
    ...single,
    supplier: organization(info.author) ?? 'NOASSERTION',
    downloadLocation: 'NOASSERTION',
    ...unlicensed,
    primaryPackagePurpose: image.type === 'container' ? 'CONTAINER' : 'OPERATING-SYSTEM',
  };
}

export function spdxImageFile(file: SbomFile, image: SbomImage, info: SbomDocumentInfo): SpdxPackage {
  return {
    SPDXID: spdxFileId(file),
    name: file.name,
    versionInfo: image.version,
    ...fileFacts(file),
    supplier: organization(info.author) ?? 'NOASSERTION',
    downloadLocation: 'NOASSERTION',
    ...unlicensed,
    primaryPackagePurpose: 'ARCHIVE',
  };
}

function fileFacts(file: SbomFile): Pick<SpdxPackage, 'packageFileName' | 'checksums'> {
  return { packageFileName: file.name, checksums: [{ algorithm: 'SHA256', checksumValue: file.sha256 }] };
}

function packageUrl(locator: string): NonNullable<SpdxPackage['externalRefs']> {
  return [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: locator }];
}

function originText({ distribution, component, path, sha256: digest }: SbomOrigin): string {
  return oneLine(`imported from ${distribution} ${component}: ${path}${digest ? ` (SHA-256 ${digest})` : ''}`);
}

/** Clause 7.5; parentheses would be read as an address. */
function organization(name: string): string | undefined {
  const text = oneLine(name).replace(/[()]/g, '');
  return text === '' ? undefined : `Organization: ${text}`;
}

function spdxContact(text: string): string | undefined {
  const contact = parseContact(text);
  const name = contact?.name.replace(/[()]/g, '').trim() ?? '';
  if (contact === undefined || name === '') {
    return undefined;
  }
  const kind = contact.kind === 'person' ? 'Person' : 'Organization';
  return `${kind}: ${name}${contact.email === undefined ? '' : ` (${contact.email})`}`;
}
