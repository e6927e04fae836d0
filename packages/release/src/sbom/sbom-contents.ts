import { type Digest, SlipwayError, sha256 } from '@slipway/core';
import { formatEvr } from '@slipway/rpm';
import { oneLine } from '../text/one-line.ts';
import type { SbomDocumentInfo, SbomOrigin, SbomPackage, SbomSource } from './sbom-input.ts';

/** A checked document input in defined order, whatever format it is written in. */
export interface SbomContents {
  readonly info: SbomDocumentInfo;
  /** Sorted by name, version text, architecture and digest. */
  readonly packages: readonly SbomPackage[];
  /** The upstream source packages, each once, in the order of the packages that were made from them. */
  readonly sources: readonly UpstreamSource[];
}

export interface UpstreamSource extends SbomSource {
  readonly origin: SbomOrigin;
  /** Digests of the packages that were made from it. */
  readonly packages: readonly Digest[];
}

/** Throws `RELEASE_SBOM_INCONSISTENT` for a digest that occurs twice, or is referred to and is not there. */
export function sbomContents(info: SbomDocumentInfo, packages: readonly SbomPackage[]): SbomContents {
  const sorted = packages.map((pkg) => ({ pkg, key: sortKey(pkg) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const ordered = sorted.map(({ pkg }) => pkg);
  checkReferences(info, ordered);
  return { info, packages: ordered, sources: upstreamSources(ordered) };
}

function sortKey(pkg: SbomPackage): string {
  return [pkg.name, formatEvr(pkg.evr), pkg.arch, pkg.sha256].join('\0');
}

function checkReferences(info: SbomDocumentInfo, packages: readonly SbomPackage[]): void {
  const digests = new Set(packages.map((pkg) => pkg.sha256));
  if (digests.size !== packages.length) {
    throw new SlipwayError('RELEASE_SBOM_INCONSISTENT', 'Cannot write an SBOM: a package is listed twice');
  }
  if (info.subject.kind === 'package' && !digests.has(info.subject.sha256)) {
    throw new SlipwayError('RELEASE_SBOM_INCONSISTENT', 'Cannot write an SBOM: its subject is not among the packages');
  }
  for (const pkg of packages) {
    const missing = pkg.requires.find((digest) => !digests.has(digest));
    if (missing !== undefined) {
      throw new SlipwayError(
        'RELEASE_SBOM_INCONSISTENT',
        `Cannot write an SBOM: ${pkg.name} requires the package ${missing}, which is not in the document`,
      );
    }
  }
}

function upstreamSources(packages: readonly SbomPackage[]): UpstreamSource[] {
  const sources = new Map<string, UpstreamSource & { packages: Digest[] }>();
  for (const { source, origin, sha256: digest } of packages) {
    if (source === undefined || origin === undefined) {
      continue;
    }
    const key = [origin.distribution, origin.format, source.name, source.version].join('\0');
    const known = sources.get(key);
    if (known === undefined) {
      sources.set(key, { ...source, origin, packages: [digest] });
    } else {
      known.packages.push(digest);
    }
  }
  return [...sources.values()];
}

/** Name, version and architecture of the subject, for titles and names of documents. */
export function subjectTitle({ info, packages }: SbomContents): string {
  const { subject } = info;
  if (subject.kind === 'image') {
    return `${subject.name}-${subject.version}-${info.architecture}`;
  }
  const pkg = packages.find(({ sha256: digest }) => digest === subject.sha256) as SbomPackage;
  return `${pkg.name}-${formatEvr(pkg.evr)}.${pkg.arch}`;
}

/** RFC 9562 version 8: a UUID whose bits are the start of a digest. */
export function uuidOf(text: string): string {
  const hex = sha256(text);
  const variant = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}

export interface Contact {
  readonly kind: 'person' | 'organization';
  readonly name: string;
  readonly email: string | undefined;
}

/** Splits `Name <address>`. Mailing lists and teams maintain many packages; they are organisations. */
export function parseContact(text: string): Contact | undefined {
  const [, stated = '', address = ''] = /^([^<]*)(?:<([^<>]*)>)?/.exec(oneLine(text)) ?? [];
  const name = stated.trim() || address.trim();
  if (name === '') {
    return undefined;
  }
  const email = /^[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(address) ? address : undefined;
  const isGroup = /\b(?:team|maintainers|group|developers|project|packagers|packaging)\b/i.test(name);
  return { kind: isGroup || /@(?:[a-z0-9-]+\.)*lists\./i.test(address) ? 'organization' : 'person', name, email };
}
