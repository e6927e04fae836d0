import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BuildSource } from '@slipway/build';
import { type Digest, fileError, plural, SlipwayError, sha256 } from '@slipway/core';
import { componentMacros } from '@slipway/render';
import { type AppliedDeviation, applyOverlays, MemorySourceFiles } from '@slipway/spec';
import type { SigningKey } from '@slipway/trust';
import { mapVersion, parseDebianVersion } from '@slipway/upstream';
import { engineOverlays, loadOverlaySource } from './component-overlays.ts';
import type { Snapshot } from './snapshot.ts';
import { runStage, type StageResult } from './stage.ts';
import { type LocalComponent, specDirectory, type UpstreamRequests } from './upstream-requests.ts';
import type { Workspace } from './workspace.ts';

/** A spec and its sources after the overlays, ready for rpmbuild. */
export interface RenderedComponent {
  readonly local: LocalComponent;
  readonly spec: Buffer;
  readonly sources: readonly BuildSource[];
  /** Macros of this component: its defines and conditionals, and `upstream_version`. */
  readonly macros: Readonly<Record<string, string>>;
  readonly deviations: readonly AppliedDeviation[];
  /** Digest of everything above. */
  readonly digest: Digest;
}

/** Files of a component's directory that are part of its definition, not of its sources. */
const definitionFile = /\.(toml|spec|md)$/;
/** Large sources come from the snapshot through the store; what lies in the project is text. */
const largestProjectFile = 16 << 20;

/** Applies the overlays of every component that has its spec in the project. Nothing is written. */
export function renderStage(
  workspace: Workspace,
  requests: UpstreamRequests,
  inputs: { readonly snapshot: Snapshot; readonly key: SigningKey },
): Promise<StageResult<RenderedComponent[]>> {
  return runStage(workspace, 'render', async (advance) => {
    const rendered: RenderedComponent[] = [];
    for (const local of requests.locals) {
      advance('packages', rendered.length, requests.locals.length, local.component.name);
      rendered.push(await renderComponent(workspace, local, inputs));
    }
    const overlays = rendered.reduce((sum, { deviations }) => sum + deviations.length, 0);
    const summary = `${plural(rendered.length, 'spec')}, ${plural(overlays, 'overlay')}`;
    return { value: rendered, summary, upToDate: true, transient: true };
  });
}

async function renderComponent(
  workspace: Workspace,
  local: LocalComponent,
  inputs: { readonly snapshot: Snapshot; readonly key: SigningKey },
): Promise<RenderedComponent> {
  const { component } = local;
  const files = await projectSources(specDirectory(local));
  const spec = await readFile(local.specPath);
  const overlays = engineOverlays(workspace.loaded, component);
  const input = { spec, specName: basename(local.specPath), files };
  const result = await applyOverlays(input, overlays, { loadSource: loadOverlaySource });
  const upstream = upstreamSources(local, inputs);
  const sources: BuildSource[] = [...upstream.sources];
  for (const { path } of await files.list()) {
    sources.push({ name: path, content: { kind: 'bytes', bytes: await files.read(path) } });
  }
  const macros = { ...upstream.macros, ...Object.fromEntries(componentMacros(component.build)) };
  const digest = renderedDigest(result.spec, sources, macros);
  return { local, spec: result.spec, sources, macros, deviations: result.deviations, digest };
}

async function projectSources(directory: string): Promise<MemorySourceFiles> {
  const files: Record<string, Uint8Array> = {};
  try {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (entry.isFile() && !definitionFile.test(entry.name) && !entry.name.startsWith('.')) {
        files[entry.name] = await readBounded(join(directory, entry.name));
      }
    }
  } catch (cause) {
    throw fileError('read', directory, cause);
  }
  return new MemorySourceFiles(files);
}

async function readBounded(path: string): Promise<Buffer> {
  const bytes = await readFile(path);
  if (bytes.length > largestProjectFile) {
    throw new SlipwayError(
      'CORE_LIMIT',
      `Cannot use ${path} as a source: it has more than ${largestProjectFile} bytes`,
      {
        hint: 'take large sources from the snapshot with a source-files entry',
      },
    );
  }
  return bytes;
}

/** Sources that are not in the project: files of upstream source packages, the public signing key. */
function upstreamSources(local: LocalComponent, inputs: { readonly snapshot: Snapshot; readonly key: SigningKey }) {
  const sources: BuildSource[] = [];
  const macros: Record<string, string> = {};
  for (const { filename, origin } of local.component.sourceFiles) {
    if (origin?.type === 'snapshot') {
      const found = findSource(inputs.snapshot, origin.package, origin.file, local);
      sources.push({ name: filename, content: { kind: 'stored', digest: found.digest } });
      macros.upstream_version = mapVersion(parseDebianVersion(found.version)).version;
    } else if (origin?.type === 'signing-key') {
      sources.push({ name: filename, content: { kind: 'bytes', bytes: Buffer.from(inputs.key.publicKeyArmored) } });
    } else {
      throw new SlipwayError(
        'PIPELINE_MISSING_SOURCE',
        `Cannot get ${filename} of ${local.component.name}: origin ${origin?.type ?? 'none'} is not supported here`,
        {
          at: { file: local.component.origin.file },
          hint: 'use origin type "snapshot" or "signing-key", or put the file beside the spec',
        },
      );
    }
  }
  return { sources, macros };
}

function findSource(snapshot: Snapshot, name: string, file: string, local: LocalComponent) {
  const files = snapshot.sources.filter((source) => source.package === name);
  const found = files.find((source) => (file === 'orig' ? source.file.includes('.orig.tar.') : source.file === file));
  if (found === undefined) {
    throw new SlipwayError(
      'PIPELINE_MISSING_SOURCE',
      `Cannot get the ${file} file of ${name} for ${local.component.name}`,
      {
        at: { file: local.component.origin.file },
        hint:
          files.length === 0
            ? 'the snapshot has no such source package'
            : `it has ${files.map((source) => source.file).join(', ')}`,
      },
    );
  }
  return found;
}

function renderedDigest(
  spec: Buffer,
  sources: readonly BuildSource[],
  macros: Readonly<Record<string, string>>,
): Digest {
  const parts = sources.map(({ name, content }) => [
    name,
    content.kind === 'stored' ? content.digest : sha256(content.bytes),
  ]);
  return sha256(JSON.stringify([sha256(spec), parts, Object.entries(macros).sort()]));
}
