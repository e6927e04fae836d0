import { asDigest, type Digest, plural } from '@slipway/core';
import { formatNevra } from '@slipway/rpm';
import type { PackageHeaders, SignedPackage } from './package-record.ts';
import { poolOf, type Solved, solve } from './pools.ts';
import { runStage, type StageResult } from './stage.ts';
import { type ImageRequest, requestedPackages } from './upstream-requests.ts';
import { architecture, type Workspace } from './workspace.ts';

export interface ImagePackage {
  readonly name: string;
  readonly nevra: string;
  /** The package before signing: the record's digest. */
  readonly digest: Digest;
  readonly reasons: readonly PackageReason[];
}

export interface PackageReason {
  /** In words: `requested as dnf5`, `required by dnf5 (libdnf5.so.2()(64bit))`. */
  readonly text: string;
  /** The package that asks for it: the record's digest; absent for requests. */
  readonly by?: Digest;
}

export interface ImageResolution {
  readonly image: string;
  readonly packages: readonly ImagePackage[];
}

/** The exact package set of every image, each package with the reasons why it is there. */
export function resolveStage(
  workspace: Workspace,
  images: readonly ImageRequest[],
  inputs: { readonly packages: readonly SignedPackage[]; readonly headers: PackageHeaders },
): Promise<StageResult<ImageResolution[]>> {
  return runStage(workspace, 'resolve', async (advance) => {
    let pool: ReturnType<typeof poolOf> | undefined;
    const resolutions: ImageResolution[] = [];
    let done = 0;
    for (const { name, definition } of images) {
      advance('steps', resolutions.length, images.length, name);
      const request = {
        install: requestedPackages(definition),
        exclude: definition.excludePackages ?? [],
        recommends: definition.weakDependencies ?? false,
        requester: `image ${name}`,
        architecture,
      } as const;
      const task = {
        kind: 'resolve',
        name,
        inputs: { request, packages: inputs.packages.map(({ digest }) => digest).sort() },
        code: workspace.code.of('solver', 'rpm', 'pipeline'),
        objects: () => [],
      };
      const { value, cached } = await workspace.tasks.run(task, async () => {
        pool ??= poolOf(inputs.packages, inputs.headers);
        return describeSolution(name, solve(await pool, request));
      });
      done += cached ? 0 : 1;
      resolutions.push(value);
    }
    const summary = resolutions
      .map(({ image, packages }) => `${image} ${plural(packages.length, 'package')}`)
      .join(', ');
    return { value: resolutions, summary, upToDate: done === 0 };
  });
}

function describeSolution(image: string, solved: Solved): ImageResolution {
  return {
    image,
    packages: solved.packages.map(({ package: found, reasons }) => ({
      name: found.name,
      nevra: formatNevra(found),
      digest: asDigest(found.id),
      reasons: decisive(reasons).map(describeReason),
    })),
  };
}

type Reasons = Solved['packages'][number]['reasons'];

/** A recommendation is a reason only for what nothing requires. */
function decisive(reasons: Reasons): Reasons {
  const needed = reasons.filter(({ kind }) => kind === 'requested' || kind === 'required-by');
  return needed.length > 0 ? needed : reasons;
}

function describeReason(reason: Solved['packages'][number]['reasons'][number]): PackageReason {
  switch (reason.kind) {
    case 'requested':
      return { text: `requested as ${reason.request}` };
    case 'required-by':
      return { text: `required by ${reason.package.name} (${reason.dependency})`, by: asDigest(reason.package.id) };
    case 'recommended-by':
      return { text: `recommended by ${reason.package.name} (${reason.dependency})` };
    case 'supplements':
      return { text: `supplements ${reason.dependency}` };
    default:
      return { text: reason.kind };
  }
}
