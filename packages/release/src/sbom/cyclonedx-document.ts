import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { canonicalJson } from '@slipway/core';
import { imageComponent, imageReference, packageReference, rpmComponent } from './cyclonedx-components.ts';
import { sourcePackageUrl } from './package-url.ts';
import { parseContact, type SbomContents, sbomContents, uuidOf } from './sbom-contents.ts';
import type { SbomDocumentInfo, SbomPackage } from './sbom-input.ts';

type NormalizedBom = Serialize.JSON.Types.Normalized.Bom;
type NormalizedComponent = Serialize.JSON.Types.Normalized.Component;

/** CycloneDX 1.6 JSON: what the library models, and the members of components that it does not. */
export interface CycloneDxDocument extends NormalizedBom {
  readonly compositions: readonly {
    readonly aggregate: 'complete';
    readonly assemblies: readonly string[];
    readonly dependencies: readonly string[];
  }[];
}

/**
 * The bill of materials of an image or a package as CycloneDX 1.6. The serial number is derived from the contents.
 * Throws `RELEASE_SBOM_INCONSISTENT`.
 */
export function cycloneDxDocument(info: SbomDocumentInfo, packages: readonly SbomPackage[]): CycloneDxDocument {
  const contents = sbomContents(info, packages);
  const bom = billOfMaterials(contents);
  const normalized = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6).makeForBom().normalize(bom, {
    sortLists: true,
  });
  const { $schema, bomFormat, specVersion, version, serialNumber: _none, ...body } = withUpstream(normalized, contents);
  const complete = { ...body, compositions: [completeness(contents)] };
  const serialNumber = `urn:uuid:${uuidOf(canonicalJson(complete))}`;
  return { ...($schema === undefined ? {} : { $schema }), bomFormat, specVersion, serialNumber, version, ...complete };
}

function billOfMaterials({ info, packages }: SbomContents): Models.Bom {
  const components = new Map(packages.map((pkg) => [pkg.sha256, rpmComponent(pkg, info)]));
  for (const pkg of packages) {
    const { dependencies } = components.get(pkg.sha256) as Models.Component;
    pkg.requires.forEach((digest) => dependencies.add((components.get(digest) as Models.Component).bomRef));
  }
  const subject = subjectComponent(info, components);
  const rest = [...components.values()].filter((component) => component !== subject);
  const tool = new Models.Component(Enums.ComponentType.Application, info.tool.name, { version: info.tool.version });
  return new Models.Bom({
    metadata: new Models.Metadata({
      timestamp: new Date(info.created * 1000),
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
      tools: new Models.Tools({ components: new Models.ComponentRepository([tool]) }),
      supplier: new Models.OrganizationalEntity({ name: info.author }),
      component: subject,
    }),
    components: new Models.ComponentRepository(rest),
  });
}

function subjectComponent(info: SbomDocumentInfo, components: ReadonlyMap<string, Models.Component>): Models.Component {
  if (info.subject.kind === 'package') {
    return components.get(info.subject.sha256) as Models.Component;
  }
  const image = imageComponent(info.subject, info);
  components.forEach((component) => image.dependencies.add(component.bomRef));
  return image;
}

/** Adds `authors`, `pedigree` and `evidence`, which the library has no model of (schema 1.6, definition component). */
function withUpstream(bom: NormalizedBom, { packages, info }: SbomContents): NormalizedBom {
  const byReference = new Map(packages.map((pkg) => [packageReference(pkg), pkg]));
  const add = (component: NormalizedComponent): NormalizedComponent => {
    const pkg = byReference.get(component['bom-ref'] ?? '');
    return pkg === undefined ? component : { ...component, ...upstreamMembers(pkg, component.purl ?? '') };
  };
  const { metadata = {} } = bom;
  const author = { name: info.author };
  return {
    ...bom,
    metadata: {
      ...metadata,
      authors: [author],
      ...(metadata.component === undefined ? {} : { component: add(metadata.component) }),
    },
    components: (bom.components ?? []).map(add),
  };
}

function upstreamMembers(pkg: SbomPackage, purl: string): object {
  const maintainer = parseContact(pkg.packager);
  const { source, origin } = pkg;
  const identity = {
    field: 'purl',
    confidence: 1,
    concludedValue: purl,
    methods: [{ technique: 'manifest-analysis', confidence: 1, value: 'RPM header' }],
  };
  const ancestor = source &&
    origin && {
      type: 'application',
      name: source.name,
      version: source.version,
      purl: sourcePackageUrl(source, origin),
    };
  return {
    ...(maintainer === undefined ? {} : { authors: [contactMembers(maintainer)] }),
    ...(ancestor === undefined ? {} : { pedigree: { ancestors: [ancestor] } }),
    evidence: { identity: [identity] },
  };
}

function contactMembers({ name, email }: { readonly name: string; readonly email: string | undefined }): object {
  return email === undefined ? { name } : { name, email };
}

/** Everything that is part of the subject is listed, and so is every dependency between the parts. */
function completeness({ info, packages }: SbomContents): CycloneDxDocument['compositions'][number] {
  const references = packages.map(packageReference);
  const subject = info.subject.kind === 'image' ? imageReference : `rpm:${info.subject.sha256}`;
  return {
    aggregate: 'complete',
    assemblies: [subject],
    dependencies: info.subject.kind === 'image' ? [imageReference, ...references] : references,
  };
}
