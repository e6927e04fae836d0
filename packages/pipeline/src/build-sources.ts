import type { BuildSource } from '@slipway/build';
import { SlipwayError } from '@slipway/core';
import { type PlacedSourceFile, type Project, placedSourceFiles } from '@slipway/project';
import { fetchSources, planSources } from '@slipway/render';
import type { SourceFiles } from '@slipway/spec';
import type { SigningKey } from '@slipway/trust';
import { mapVersion, parseDebianVersion, parseSources } from '@slipway/upstream';
import type { Snapshot } from './snapshot.ts';
import type { LocalComponent } from './upstream-requests.ts';
import type { Workspace } from './workspace.ts';

/** The files beside a spec: rpmbuild looks for them by their base names, in one directory, and specs are none of them. */
export async function besideSources(files: SourceFiles): Promise<BuildSource[]> {
  const sources: BuildSource[] = [];
  for (const { path } of await files.list()) {
    if (!path.includes('/') && !path.endsWith('.spec')) {
      sources.push({ name: path, content: { kind: 'bytes', bytes: await files.read(path) } });
    }
  }
  return sources;
}

/**
 * What the file `sources` beside a spec and the `source-files` of the component name, from lookaside or its own address.
 * Throws `PIPELINE_MISSING_SOURCE`, and what `planSources` and `fetchSources` throw.
 */
export async function fetchedSources(
  { loaded, openLookaside }: Workspace,
  { component, specPath }: LocalComponent,
  files: SourceFiles,
): Promise<BuildSource[]> {
  const isListed = (await files.list()).some(({ path }) => path === 'sources');
  const listed = isListed ? parseSources((await files.read('sources')).toString('utf8')) : [];
  const { wanted } = planSources(
    listed,
    { component, project: loaded },
    { inBuild: true, reserved: new Set(['sources']) },
  );
  if (wanted.length === 0) {
    return [];
  }
  if (openLookaside === undefined) {
    const message = `Cannot get the sources of ${component.name}: there is no lookaside`;
    throw new SlipwayError('PIPELINE_MISSING_SOURCE', message, {
      at: { file: specPath },
      hint: 'put the files beside the spec',
    });
  }
  const lookaside = await openLookaside();
  const fetched = await fetchSources(wanted, { component: component.name, beside: files, lookaside });
  return fetched.map(({ filename, object }) => ({
    name: filename,
    content: { kind: 'stored', digest: object.digest },
  }));
}

/** Sources that only a build has: files of upstream source packages, the public signing key; and what they define. */
export function snapshotSources(
  project: Project,
  local: LocalComponent,
  inputs: { readonly snapshot: Snapshot; readonly key: SigningKey },
): { readonly sources: readonly BuildSource[]; readonly macros: Readonly<Record<string, string>> } {
  const sources: BuildSource[] = [];
  const macros: Record<string, string> = {};
  for (const file of placedSourceFiles(project, local.component)) {
    const { filename, origin } = file;
    if (origin?.type === 'snapshot') {
      const found = findSource(inputs.snapshot, file, { name: origin.package, wanted: origin.file, local });
      sources.push({ name: filename, content: { kind: 'stored', digest: found.digest } });
      macros.upstream_version = mapVersion(parseDebianVersion(found.version)).version;
    } else if (origin?.type === 'signing-key') {
      sources.push({ name: filename, content: { kind: 'bytes', bytes: Buffer.from(inputs.key.publicKeyArmored) } });
    }
  }
  return { sources, macros };
}

function findSource(
  snapshot: Snapshot,
  { at }: PlacedSourceFile,
  { name, wanted, local }: { readonly name: string; readonly wanted: string; readonly local: LocalComponent },
) {
  const files = snapshot.sources.filter((source) => source.package === name);
  const found = files.find((source) =>
    wanted === 'orig' ? source.file.includes('.orig.tar.') : source.file === wanted,
  );
  if (found === undefined) {
    const message = `Cannot get the ${wanted} file of ${name} for ${local.component.name}`;
    throw new SlipwayError('PIPELINE_MISSING_SOURCE', message, {
      at,
      hint:
        files.length === 0
          ? 'the snapshot has no such source package'
          : `it has ${files.map((source) => source.file).join(', ')}`,
    });
  }
  return found;
}
