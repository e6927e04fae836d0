import { SlipwayError } from '@slipway/core';
import type { PackageMetadata } from '@slipway/rpm';
import {
  buildPool,
  type Pool,
  type Resolution,
  resolve,
  type SolverPackage,
  type SolverRequest,
} from '@slipway/solver';
import type { PackageHeaders, PackageRecord } from './package-record.ts';

/** All packages as the solver sees them; ids are the digests of the records. */
export async function poolOf(records: readonly PackageRecord[], headers: PackageHeaders): Promise<Pool> {
  const packages: SolverPackage[] = [];
  for (const record of records) {
    packages.push(solverPackage(record, await headers.metadata(record.digest)));
  }
  return buildPool(packages);
}

function solverPackage(record: PackageRecord, metadata: PackageMetadata): SolverPackage {
  const { name, evr, arch, provides, requires, conflicts, obsoletes, recommends, suggests, supplements, enhances } =
    metadata;
  // rpm itself meets rpmlib() requirements; they are not in repositories either
  const needs = requires.filter((dependency) => !dependency.name.startsWith('rpmlib('));
  const relations = { provides, requires: needs, conflicts, obsoletes, recommends, suggests, supplements, enhances };
  return {
    name,
    evr,
    arch,
    ...relations,
    id: record.digest,
    files: metadata.files.map(({ path }) => path),
    vendor: metadata.vendor,
    repository: 'slipway',
    priority: 99,
    buildTime: metadata.buildTime,
    installedSizeBytes: metadata.installedSizeBytes,
  };
}

export type Solved = Extract<Resolution, { outcome: 'solved' }>;

/** The solution, or PIPELINE_UNSOLVABLE with the solver's explanation in words. */
export function solve(pool: Pool, request: SolverRequest): Solved {
  const resolution = resolve(pool, request);
  if (resolution.outcome === 'solved') {
    return resolution;
  }
  const explanation = resolution.problems
    .map(({ summary, chain }) => [summary, ...chain.map((step) => `    ${step}`)].join('\n  '))
    .join('\n  ');
  throw new SlipwayError(
    'PIPELINE_UNSOLVABLE',
    `Cannot find packages for ${request.requester ?? 'the request'}:\n  ${explanation}`,
    {
      hint: 'change the package list, or the relations of a component with an overlay',
      data: { problems: resolution.problems },
    },
  );
}
