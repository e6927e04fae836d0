import { canonicalJson, SlipwayError, sha256 } from '@slipway/core';
import { licenseList } from '../licenses/license-list.ts';
import { type ResolvedLicense, resolveLicense } from '../licenses/resolve-license.ts';
import { oneLine } from '../text/one-line.ts';
import { webAddress } from '../text/web-address.ts';
import { type SbomContents, sbomContents, subjectTitle } from './sbom-contents.ts';
import type { SbomDocumentInfo, SbomPackage } from './sbom-input.ts';
import {
  spdxFileId,
  spdxImage,
  spdxImageFile,
  spdxPackageId,
  spdxRpm,
  spdxSource,
  spdxSourceId,
} from './spdx-packages.ts';
import type { SpdxDocument, SpdxExtractedLicense, SpdxPackage, SpdxRelationship } from './spdx-types.ts';

/**
 * The bill of materials of an image or a package as SPDX 2.3. The namespace is derived from the contents, so that
 * equal inputs give equal documents and different ones never share a name.
 *
 * Throws `RELEASE_SBOM_INCONSISTENT` and `RELEASE_BAD_NAMESPACE`.
 */
export function spdxDocument(info: SbomDocumentInfo, packages: readonly SbomPackage[]): SpdxDocument {
  const contents = sbomContents(info, packages);
  const licenses = contents.packages.map((pkg) => resolveLicense(pkg.license));
  const extracted = extractedLicenses(licenses);
  const body = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${info.distribution.id}-${info.distribution.version}-${subjectTitle(contents)}`,
    creationInfo: creationInfo(info),
    packages: spdxPackages(contents, licenses),
    ...(extracted.length === 0 ? {} : { hasExtractedLicensingInfos: extracted }),
    relationships: relationships(contents),
  } as const;
  const { spdxVersion, dataLicense, SPDXID, name, ...rest } = body;
  const documentNamespace = namespaceOf(info.namespaceBase, name, sha256(canonicalJson(body)));
  return { spdxVersion, dataLicense, SPDXID, name, documentNamespace, ...rest };
}

/** Clause 6.5: an absolute URI without fragment. */
function namespaceOf(base: string, name: string, digest: string): string {
  const address = webAddress(base);
  if (address === undefined || !/^https?:[^#]*$/.test(address)) {
    throw new SlipwayError('RELEASE_BAD_NAMESPACE', `Cannot name an SPDX document below "${base.slice(0, 200)}"`, {
      hint: 'give an absolute http(s) address without fragment, for example the home page of the distribution',
    });
  }
  return `${address.replace(/\/+$/, '')}/${encodeURIComponent(name)}-${digest}`;
}

function creationInfo(info: SbomDocumentInfo): SpdxDocument['creationInfo'] {
  const author = oneLine(info.author).replace(/[()]/g, '');
  return {
    created: new Date(info.created * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
    creators: [...(author === '' ? [] : [`Organization: ${author}`]), `Tool: ${info.tool.name}-${info.tool.version}`],
    licenseListVersion: licenseList().version,
    comment: 'Generation context: build. Every package that is part of the subject is listed.',
  };
}

function spdxPackages({ info, packages, sources }: SbomContents, licenses: readonly ResolvedLicense[]): SpdxPackage[] {
  const { subject } = info;
  const image =
    subject.kind === 'package'
      ? []
      : [
          spdxImage(subject, info),
          ...(subject.files.length > 1 ? subject.files.map((file) => spdxImageFile(file, subject, info)) : []),
        ];
  const rpms = packages.map((pkg, index) => spdxRpm(pkg, licenses[index] as ResolvedLicense, info));
  return [...image, ...rpms, ...sources.map(spdxSource)];
}

function extractedLicenses(licenses: readonly ResolvedLicense[]): SpdxExtractedLicense[] {
  const byId = new Map(licenses.flatMap(({ extracted }) => extracted.map((license) => [license.id, license])));
  return [...byId.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, name }) => ({
      licenseId: id,
      name: oneLine(name),
      extractedText: `The packages that declare it say "${oneLine(name)}"; the text is among their licence and documentation files.`,
    }));
}

function subjectId({ info, packages }: SbomContents): string {
  const { subject } = info;
  return subject.kind === 'image'
    ? 'SPDXRef-Image'
    : spdxPackageId(packages.find(({ sha256: digest }) => digest === subject.sha256) as SbomPackage);
}

/** Clause 11: what is described, what the image has in it, what needs what, and what was made from what. */
function relationships(contents: SbomContents): SpdxRelationship[] {
  const { info, packages, sources } = contents;
  const ids = new Map(packages.map((pkg) => [pkg.sha256, spdxPackageId(pkg)]));
  const subject = subjectId(contents);
  const { subject: described } = info;
  const image = described.kind === 'image' ? described : undefined;
  const files = image !== undefined && image.files.length > 1 ? image.files : [];
  return [
    relation('SPDXRef-DOCUMENT', 'DESCRIBES', subject),
    ...files.map((file) => relation(spdxFileId(file), 'VARIANT_OF', subject)),
    ...(image === undefined ? [] : packages.map((pkg) => relation(subject, 'CONTAINS', spdxPackageId(pkg)))),
    ...packages.flatMap((pkg) =>
      [...new Set(pkg.requires.map((digest) => ids.get(digest) as string))]
        .sort()
        .map((required) => relation(spdxPackageId(pkg), 'DEPENDS_ON', required)),
    ),
    ...sources.flatMap((source) =>
      source.packages.map((digest) => relation(ids.get(digest) as string, 'GENERATED_FROM', spdxSourceId(source))),
    ),
  ];
}

function relation(from: string, type: SpdxRelationship['relationshipType'], to: string): SpdxRelationship {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}
