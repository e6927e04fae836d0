import { Enums, Models } from '@cyclonedx/cyclonedx-library';
import { formatEvr } from '@slipway/rpm';
import { resolveLicense } from '../licenses/resolve-license.ts';
import { oneLine } from '../text/one-line.ts';
import { webAddress } from '../text/web-address.ts';
import { rpmPackageUrl } from './package-url.ts';
import { parseContact } from './sbom-contents.ts';
import type { SbomDocumentInfo, SbomFile, SbomPackage, SbomSubject } from './sbom-input.ts';

type SbomImage = SbomSubject & { readonly kind: 'image' };

export const imageReference = 'image';

/** `bom-ref` of a package: the digest of its file. */
export function packageReference(pkg: SbomPackage): string {
  return `rpm:${pkg.sha256}`;
}

export function rpmComponent(pkg: SbomPackage, info: SbomDocumentInfo): Models.Component {
  const { Component, ExternalReferenceRepository, HashDictionary, LicenseRepository, PropertyRepository } = Models;
  const vendor = oneLine(pkg.vendor);
  const summary = oneLine(pkg.summary);
  return new Component(Enums.ComponentType.Application, pkg.name, {
    bomRef: packageReference(pkg),
    version: formatEvr(pkg.evr),
    purl: rpmPackageUrl(pkg, info.distribution),
    hashes: new HashDictionary([[Enums.HashAlgorithm['SHA-256'], pkg.sha256]]),
    licenses: new LicenseRepository(declaredLicenses(pkg.license)),
    externalReferences: new ExternalReferenceRepository(externalReferences(pkg)),
    properties: new PropertyRepository(provenance(pkg).map(([name, value]) => new Models.Property(name, value))),
    ...(vendor === '' ? {} : { supplier: new Models.OrganizationalEntity({ name: vendor }) }),
    ...(summary === '' ? {} : { description: summary }),
  });
}

/** The image, with its published forms inside. */
export function imageComponent(image: SbomImage, info: SbomDocumentInfo): Models.Component {
  const type = image.type === 'container' ? Enums.ComponentType.Container : Enums.ComponentType.OperatingSystem;
  return new Models.Component(type, image.name, {
    bomRef: imageReference,
    version: image.version,
    supplier: new Models.OrganizationalEntity({ name: oneLine(info.author) }),
    components: new Models.ComponentRepository(image.files.map(fileComponent)),
    properties: new Models.PropertyRepository([
      new Models.Property('slipway:distribution', `${info.distribution.id} ${info.distribution.version}`),
      new Models.Property('slipway:architecture', info.architecture),
    ]),
  });
}

function fileComponent(file: SbomFile): Models.Component {
  return new Models.Component(Enums.ComponentType.File, file.name, {
    bomRef: `file:${file.sha256}:${encodeURIComponent(file.name.toWellFormed())}`,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], file.sha256]]),
    properties: new Models.PropertyRepository([new Models.Property('slipway:size', String(file.sizeBytes))]),
  });
}

/** One known identifier, one name, or an expression: CycloneDX 1.6 wants them apart. */
function declaredLicenses(text: string): Models.License[] {
  const { expression, extracted } = resolveLicense(text);
  if (expression === undefined) {
    return [];
  }
  const license = disjunctiveOrExpression(expression, extracted[0]?.name ?? '');
  license.acknowledgement = Enums.LicenseAcknowledgement.Declared;
  return [license];
}

function disjunctiveOrExpression(expression: string, statedName: string): Models.License {
  if (/^LicenseRef-\S+$/.test(expression)) {
    return new Models.NamedLicense(oneLine(statedName));
  }
  return /[\s+]/.test(expression) ? new Models.LicenseExpression(expression) : new Models.SpdxLicense(expression);
}

function externalReferences(pkg: SbomPackage): Models.ExternalReference[] {
  const { Distribution, Website } = Enums.ExternalReferenceType;
  const addresses = [
    [Website, webAddress(pkg.homepage)],
    [Distribution, webAddress(pkg.downloadLocation ?? '')],
  ] as const;
  return addresses.flatMap(([type, url]) => (url === undefined ? [] : [new Models.ExternalReference(url, type)]));
}

/** Names and values of what CycloneDX has no field for. */
function provenance({ fileName, sizeBytes, source, origin, packager }: SbomPackage): [string, string][] {
  const maintainer = parseContact(packager);
  const facts: [string, string | undefined][] = [
    ['slipway:file-name', fileName],
    ['slipway:size', String(sizeBytes)],
    ['slipway:upstream:maintainer', maintainer?.name],
    ['slipway:upstream:source', source && `${source.name} ${source.version}`],
    ['slipway:upstream:distribution', origin?.distribution],
    ['slipway:upstream:component', origin?.component],
    ['slipway:upstream:path', origin?.path],
    ['slipway:upstream:sha256', origin?.sha256],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, oneLine(value)]]));
}
