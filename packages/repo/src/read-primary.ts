import type { Chunks } from '@slipway/core';
import type { RepoPackage } from './repo-package.ts';
import { DetailsInMemory } from './table/package-details.ts';
import { readPackageTable } from './table/read-package-table.ts';
import { RepoPackages } from './table/repo-packages.ts';

/**
 * Packages of an uncompressed primary.xml, in its order, once all of it was read. Unknown elements are passed over; what
 * a package cannot do without is demanded. Throws `REPO_BAD_METADATA`, `FORMATS_BAD_XML`, `FORMATS_UNSUPPORTED`,
 * `CORE_LIMIT`.
 */
export async function* readPrimary(chunks: Chunks, file = 'primary.xml'): AsyncGenerator<RepoPackage> {
  yield* (await readPackages(chunks, file)).all();
}

/** As `readPrimary`, as a table and packages that are made when they are asked for. */
export async function readPackages(chunks: Chunks, file = 'primary.xml'): Promise<RepoPackages> {
  const details = new DetailsInMemory();
  return new RepoPackages(await readPackageTable(chunks, (block) => details.append(block), file), details);
}
