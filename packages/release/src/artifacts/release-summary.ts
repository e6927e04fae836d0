import { type Digest, plural } from '@slipway/core';
import { formatTextTable } from '../text/text-table.ts';

export interface ReleaseArtifact {
  /** Path below the release. */
  readonly name: string;
  /** For example `repository`, `disk-image`, `container`, `sbom`, `report`. */
  readonly kind: string;
  readonly sizeBytes: number;
  readonly sha256: Digest;
}

/** Everything that is published at one version. */
export interface ReleaseSummary {
  readonly distribution: { readonly id: string; readonly version: string };
  readonly architecture: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly artifacts: readonly ReleaseArtifact[];
}

/** The artefacts for people: name, kind, size and digest, and their sum. */
export function formatReleaseTable(summary: ReleaseSummary): string {
  const columns = [
    { title: 'name' },
    { title: 'kind' },
    { title: 'size', align: 'right' },
    { title: 'sha256' },
  ] as const;
  const artifacts = sortedArtifacts(summary);
  const rows = artifacts.map(({ name, kind, sizeBytes, sha256 }) => [name, kind, formatSize(sizeBytes), sha256]);
  const total = artifacts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return `${formatTextTable(columns, rows)}\n${plural(artifacts.length, 'artefact')}, ${formatSize(total)}\n`;
}

/** The artefacts for programs: `{ distribution, architecture, created (RFC 3339), artifacts }`, sorted by name. */
export function formatReleaseJson(summary: ReleaseSummary): string {
  const { distribution, architecture, created } = summary;
  const document = {
    distribution: { id: distribution.id, version: distribution.version },
    architecture,
    created: new Date(created * 1000).toISOString(),
    artifacts: sortedArtifacts(summary).map(({ name, kind, sizeBytes, sha256 }) => ({ name, kind, sizeBytes, sha256 })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function sortedArtifacts({ artifacts }: ReleaseSummary): ReleaseArtifact[] {
  return artifacts.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function formatSize(sizeBytes: number): string {
  const power = sizeBytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(sizeBytes) / 10));
  const value = sizeBytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
