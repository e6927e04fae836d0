import { type Digest, SlipwayError } from '@slipway/core';
import { cycloneDxDocument, formatSbom, type SbomDocumentInfo, type SbomPackage, spdxDocument } from '@slipway/release';
import type { BuiltImage } from './image-outputs.ts';
import { distroIdentity } from './import-stage.ts';
import type { PackageHeaders, SignedPackage } from './package-record.ts';
import type { ImageResolution } from './resolve-stage.ts';
import { architecture, type Workspace } from './workspace.ts';

/** A report as text, with its path below the output directory. */
export interface ReportText {
  readonly path: string;
  readonly text: string;
}

const tool = { name: 'slipway', version: '0.1.0' } as const;

export interface SbomInputs {
  readonly packages: readonly SignedPackage[];
  readonly headers: PackageHeaders;
}

/** SPDX 2.3 and CycloneDX 1.6 of one image: every package with licence, supplier, digest and purl. */
export async function imageSboms(
  workspace: Workspace,
  image: BuiltImage,
  resolution: ImageResolution,
  inputs: SbomInputs,
): Promise<ReportText[]> {
  const byDigest = new Map(inputs.packages.map((pkg) => [pkg.digest, pkg]));
  const requires = requirements(resolution);
  const packages: SbomPackage[] = [];
  for (const { digest } of resolution.packages) {
    const pkg = byDigest.get(digest) as SignedPackage;
    const needs = (requires.get(digest) ?? []).map((needed) => (byDigest.get(needed) as SignedPackage).signed.digest);
    packages.push(await sbomPackage(pkg, inputs.headers, needs));
  }
  const container = image.artefacts.some(({ kind }) => kind === 'OCI layout');
  const info: SbomDocumentInfo = {
    ...documentInfo(workspace),
    subject: {
      kind: 'image',
      name: `slipway-${image.image}`,
      version: distroIdentity(workspace)?.versionId ?? '0',
      type: container ? 'container' : 'operating-system',
      files: image.artefacts.map(({ path, sizeBytes, sha256 }) => ({
        name: path.slice(path.lastIndexOf('/') + 1),
        sizeBytes,
        sha256,
      })),
    },
  };
  return formats(info, packages, `reports/sbom/${image.image}`);
}

/** The same for one package alone. */
export async function packageSboms(
  workspace: Workspace,
  pkg: SignedPackage,
  headers: PackageHeaders,
): Promise<ReportText[]> {
  const described = await sbomPackage(pkg, headers, []);
  const info: SbomDocumentInfo = { ...documentInfo(workspace), subject: { kind: 'package', sha256: described.sha256 } };
  return formats(info, [described], `reports/sbom/packages/${described.fileName.replace(/\.rpm$/, '')}`);
}

function formats(info: SbomDocumentInfo, packages: readonly SbomPackage[], path: string): ReportText[] {
  return [
    { path: `${path}.spdx.json`, text: formatSbom(spdxDocument(info, packages)) },
    { path: `${path}.cdx.json`, text: formatSbom(cycloneDxDocument(info, packages)) },
  ];
}

function documentInfo(workspace: Workspace): Omit<SbomDocumentInfo, 'subject'> {
  const identity = distroIdentity(workspace);
  if (identity?.homeUrl === undefined) {
    throw new SlipwayError('PIPELINE_NO_IDENTITY', 'Cannot write SBOMs: the distribution has no home-url', {
      at: { file: workspace.loaded.rootFile },
      hint: 'add home-url to [distros.NAME.identity]: SPDX documents are named below it',
    });
  }
  return {
    distribution: { id: identity.id, version: identity.versionId ?? '0' },
    architecture,
    author: identity.vendor ?? identity.name,
    namespaceBase: identity.homeUrl,
    created: workspace.time,
    tool,
  };
}

/** Who requires whom, from the reasons of the resolution. */
function requirements(resolution: ImageResolution): ReadonlyMap<Digest, Digest[]> {
  const requires = new Map<Digest, Digest[]>();
  for (const { digest, reasons } of resolution.packages) {
    for (const by of new Set(reasons.flatMap((reason) => reason.by ?? []))) {
      requires.set(by, [...(requires.get(by) ?? []), digest]);
    }
  }
  return requires;
}

async function sbomPackage(
  pkg: SignedPackage,
  headers: PackageHeaders,
  requires: readonly Digest[],
): Promise<SbomPackage> {
  const metadata = await headers.metadata(pkg.signed.digest);
  const { name, evr, arch, license, vendor, packager, summary, url } = metadata;
  return {
    ...{ name, evr, arch, license, vendor, packager, summary, requires },
    homepage: url,
    sha256: pkg.signed.digest,
    sizeBytes: pkg.signed.sizeBytes,
    fileName: `${name}-${evr.version}-${evr.release}.${arch}.rpm`,
    ...(pkg.source === undefined ? {} : { source: pkg.source }),
    ...(pkg.origin === '' ? {} : { origin: originOf(pkg.origin) }),
  };
}

/** `forky/main/pool/main/l/less/less_668-1_amd64.deb` → component and path. */
function originOf(origin: string): NonNullable<SbomPackage['origin']> {
  const [, component = '', ...path] = origin.split('/');
  return { distribution: 'debian', format: 'deb', component, path: path.join('/') };
}
