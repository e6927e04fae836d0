import { relative } from 'node:path';
import type { Artefact, ArtefactKind, MainJobResult } from '@slipway/pipeline';

/** Reports that people open, by their path below the output directory; those of single packages are too many to list. */
const listedReports: readonly (readonly [path: RegExp, kind: ArtefactKind])[] = [
  [/^reports\/sbom\/[^/]+\.json$/, 'SBOM'],
  [/^reports\/deviations\.html$/, 'report'],
  [/^SHA256SUMS$/, 'checksums'],
];

/** What a run published: images, repository, reports. */
export function publishedArtefacts(result: MainJobResult, output: string): readonly Artefact[] {
  const images = result.images.flatMap(({ artefacts }) => artefacts);
  return [...images, ...repositoryArtefacts(result), ...reportArtefacts(result, output)];
}

/** The repository stands for its signed metadata: repomd.xml names everything else by digest. */
function repositoryArtefacts({ repository }: MainJobResult): Artefact[] {
  const { directory, sizeBytes, files } = repository;
  return files
    .slice(0, 1)
    .map(({ sha256 }) => ({ kind: 'repository', path: directory, sizeBytes, allocatedBytes: sizeBytes, sha256 }));
}

function reportArtefacts({ reports }: MainJobResult, output: string): Artefact[] {
  return reports.files.flatMap(({ path, sizeBytes, sha256 }) => {
    const kind = listedReports.find(([pattern]) => pattern.test(relative(output, path)))?.[1];
    return kind === undefined ? [] : [{ kind, path, sizeBytes, allocatedBytes: sizeBytes, sha256 }];
  });
}
