import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, fileError, type Store, temporaryBeside } from '@slipway/core';
import { formatDependency, type PackageMetadata, writePackage } from '@slipway/rpm';
import { type AppliedDeviation, applyOverlays, type LoadSource, type Overlay, type SourceFiles } from '@slipway/spec';
import { type AssembledPackage, assemblePackage, withoutExcluded } from './assemble-package.ts';
import { controlRelations, describePackage, type PackageDescription } from './describe-package.ts';
import { generatedCapabilities } from './generated-capabilities.ts';
import type { ImportFacts } from './import-context.ts';
import { type ImportedSpec, importedSpec } from './imported-spec.ts';
import { licenseExpression, proseLicense } from './license-expression.ts';
import { mapRelations } from './map-relations.ts';
import type { PayloadEntry } from './payload-entry.ts';
import { PayloadFiles } from './payload-files.ts';
import { PayloadSpool } from './payload-spool.ts';
import { type DebPackage, readDeb } from './read-deb.ts';
import { readEntry, streamEntry } from './read-entry.ts';
import { readImportedSpec } from './read-imported-spec.ts';
import { specFiles } from './spec-files.ts';

export interface ImportOptions {
  /** Seconds since 1970; the BUILDTIME of the header. */
  readonly buildTime: number;
  readonly vendor: string;
  /** Appended to every release, for example `.slip1`; may be empty. */
  readonly distTag: string;
  readonly zstdLevel: number;
}

export interface ImportRequest {
  /** The .deb, in the store. */
  readonly deb: Digest;
  readonly store: Store;
  /** What the rest of the snapshot means for this package (`importFacts`). */
  readonly facts: ImportFacts;
  /** Applied to the spec, and to the payload's regular files by their path without leading slash. */
  readonly overlays?: readonly Overlay[];
  /** Loads the files that `file-add` brings along. */
  readonly loadSource?: LoadSource;
  readonly options: ImportOptions;
}

export interface ImportedPackage {
  /** The RPM, in the store. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** The header's bytes in the file, for rpm-md. */
  readonly headerRange: { readonly start: number; readonly end: number };
  readonly metadata: PackageMetadata;
  /** The spec that the package was made from, after the overlays. */
  readonly spec: string;
  /** One for each overlay. */
  readonly deviations: readonly AppliedDeviation[];
  /** Maintainer scripts that the Debian package has: `postinst`, `triggers`, … */
  readonly scripts: readonly string[];
}

const buildHost = 'slipway';
const copyrightLimitBytes = 16 << 20;

/**
 * Makes an RPM of a Debian package: the spec that the Debian package amounts to, then the package of the effective
 * spec and payload. The payload is decompressed once, into a temporary file beside the store.
 * Throws `UPSTREAM_BAD_PACKAGE`, `UPSTREAM_BAD_VERSION`, `UPSTREAM_BAD_SPEC`, `UPSTREAM_FILES`, and the errors of overlays.
 */
export async function importPackage(request: ImportRequest): Promise<ImportedPackage> {
  return withDraft(request, async (draft) => {
    const { spec, payload, deviations } = await overlaid(draft);
    const assembled = await effectivePackage(spec, payload, draft);
    return { ...(await storeRpm(assembled, draft.spool, request)), spec, deviations, scripts: draft.scripts };
  });
}

/** The spec that a Debian package amounts to, and the regular files of its payload, before any overlay. */
export interface ImportDraft {
  readonly spec: Buffer;
  /** For diffs. */
  readonly specName: string;
  /** By their path without leading slash. */
  readonly files: SourceFiles;
}

/** Lets `work` look at what overlays of an import are applied to; `files` can be read until it ends. Throws as `importPackage`. */
export function withImportDraft<T>(
  request: Omit<ImportRequest, 'overlays' | 'loadSource'>,
  work: (draft: ImportDraft) => Promise<T>,
): Promise<T> {
  return withDraft(request, (draft) => work(draftInput(draft)));
}

interface Draft extends Stage {
  readonly text: string;
  readonly payload: readonly PayloadEntry[];
  readonly scripts: readonly string[];
}

async function withDraft<T>(request: ImportRequest, work: (draft: Draft) => Promise<T>): Promise<T> {
  const { deb, store } = request;
  await store.ensureIntact(deb);
  const spool = await PayloadSpool.create(join(store.root, 'incoming', 'payload'));
  try {
    const debian = await readDeb(readDebFile(store.path(deb)), spool, deb);
    const stage = { description: describePackage(debian.control, deb), spool, request };
    const { payload, scripts } = debian;
    return await work({ ...stage, text: await draftSpec(debian, stage), payload, scripts });
  } finally {
    await spool.close();
  }
}

function draftInput({
  text,
  payload,
  description,
  spool,
  request,
}: Draft): ImportDraft & { readonly files: PayloadFiles } {
  const files = new PayloadFiles(payload, spool, request.options.buildTime);
  return { spec: Buffer.from(text), specName: `${description.name}.spec`, files };
}

/** Smaller pieces than the store's: most packages are smaller than one of those. */
const readBytes = 1 << 17;

async function* readDebFile(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: readBytes });
  } catch (cause) {
    throw fileError('read', path, cause);
  }
}

interface Stage {
  readonly description: PackageDescription;
  readonly spool: PayloadSpool;
  readonly request: ImportRequest;
}

/** The spec before overlays. */
async function draftSpec(debian: DebPackage, { description, spool, request }: Stage): Promise<string> {
  const { facts, options, deb } = request;
  const { debianVersion, debianArchitecture, source, sourceRpm: _, ...head } = description;
  const names = { name: head.name, version: debianVersion, architecture: debianArchitecture };
  const relations = mapRelations({ ...names, relations: controlRelations(debian.control) }, facts);
  const spec: ImportedSpec = {
    ...head,
    ...relations,
    evr: { ...head.evr, release: `${head.evr.release}${options.distTag}` },
    license: await packageLicense(head.name, debian.payload, spool),
    vendor: options.vendor,
    files: specFiles(debian.payload, debian.conffiles),
    changelog: [],
  };
  return importedSpec(spec, {
    package: `${head.name} ${debianVersion} ${debianArchitecture}`,
    sha256: deb,
    source,
    scripts: debian.scripts,
    repairs: Object.entries(facts.repairs).map(
      ([relation, bound]) => `${relation} as ${formatDependency({ name: relation.split(' ')[0] ?? '', ...bound })}`,
    ),
  });
}

async function overlaid(
  draft: Draft,
): Promise<{ spec: string; payload: readonly PayloadEntry[]; deviations: readonly AppliedDeviation[] }> {
  const { overlays = [], loadSource } = draft.request;
  if (overlays.length === 0) {
    return { spec: draft.text, payload: draft.payload, deviations: [] };
  }
  const input = draftInput(draft);
  const result = await applyOverlays(input, overlays, loadSource === undefined ? {} : { loadSource });
  return { spec: result.spec.toString('utf8'), payload: input.files.payload(), deviations: result.deviations };
}

async function packageLicense(name: string, payload: readonly PayloadEntry[], spool: PayloadSpool): Promise<string> {
  const copyright = payload.find(({ path, type }) => type === 'file' && path === `/usr/share/doc/${name}/copyright`);
  if (copyright === undefined) {
    return proseLicense; // the directory is a link to another package of the same source
  }
  return licenseExpression((await readEntry(copyright, spool, copyrightLimitBytes)).toString('utf8'));
}

async function effectivePackage(
  spec: string,
  payload: readonly PayloadEntry[],
  { description, spool, request }: Stage,
): Promise<AssembledPackage> {
  const effective = readImportedSpec(spec, `${description.name}.spec`);
  const kept = withoutExcluded(payload, effective);
  return assemblePackage(effective, kept, {
    buildTime: request.options.buildTime,
    buildHost,
    sourceRpm: description.sourceRpm,
    generated: await generatedCapabilities(kept, spool),
  });
}

async function storeRpm(
  { metadata, entries }: AssembledPackage,
  spool: PayloadSpool,
  { store, options }: ImportRequest,
): Promise<Pick<ImportedPackage, 'digest' | 'sizeBytes' | 'headerRange' | 'metadata'>> {
  const path = temporaryBeside(join(store.root, 'incoming', `${metadata.name}.rpm`));
  try {
    const contents = contentsOf(entries, spool);
    const written = await writePackage(path, metadata, contents, { compressionLevel: options.zstdLevel });
    const stored = await store.putFile(path, undefined, true);
    const files = metadata.files.map((file, index) => ({ ...file, digest: written.fileDigests[index] }));
    return {
      ...stored,
      headerRange: written.headerRange,
      metadata: { ...metadata, files, archiveSizeBytes: written.archiveBytes },
    };
  } finally {
    await rm(path, { force: true });
  }
}

/** Contents in the order of the spool, so that it is read front to back; of hard links the first stands for all. */
function* contentsOf(entries: AssembledPackage['entries'], spool: PayloadSpool) {
  const seen = new Set<number>();
  const files = entries.flatMap((entry, index) =>
    entry?.type === 'file' && entry.sizeBytes > 0 ? [{ entry, index }] : [],
  );
  for (const { entry, index } of files.sort((a, b) => offsetOf(a.entry) - offsetOf(b.entry))) {
    if (!seen.has(entry.inode)) {
      seen.add(entry.inode);
      yield { index, content: streamEntry(entry, spool) };
    }
  }
}

function offsetOf({ content }: PayloadEntry): number {
  return content === undefined || content instanceof Uint8Array ? -1 : content.offset;
}
