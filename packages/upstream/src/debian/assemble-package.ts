import { SlipwayError } from '@slipway/core';
import { type Dependency, formatDependency, type PackageFile, type PackageMetadata } from '@slipway/rpm';
import { ownerRequires } from './account-capabilities.ts';
import { type PayloadEntry, typeBits } from './payload-entry.ts';
import type { EffectiveSpec } from './read-imported-spec.ts';
import type { SpecFile } from './spec-file.ts';

const rpmGhost = 64;
/** Paths named in one error; the rest is counted. */
const namedPaths = 10;

/** What neither the spec nor the payload says. */
export interface BuildFacts {
  /** Seconds since 1970. */
  readonly buildTime: number;
  readonly buildHost: string;
  readonly sourceRpm: string;
  /** Capabilities that the contents of files provide and require (libraries, accounts). */
  readonly generated: { readonly provides: readonly Dependency[]; readonly requires: readonly Dependency[] };
}

/** A package that is ready to be written: its header's facts, and the payload entry of each file. */
export interface AssembledPackage {
  readonly metadata: PackageMetadata;
  /** By index of `metadata.files`; undefined for ghosts that are in no payload. */
  readonly entries: readonly (PayloadEntry | undefined)[];
}

/**
 * Joins an effective spec and an effective payload as rpmbuild does: every path of the payload that is no directory must
 * be listed, and every listed path must be there unless it is a %ghost or an %exclude. Throws `UPSTREAM_FILES`.
 */
export function assemblePackage(
  spec: EffectiveSpec,
  payload: readonly PayloadEntry[],
  facts: BuildFacts,
): AssembledPackage {
  const byPath = new Map(payload.map((entry) => [entry.path, entry]));
  const listed = listedFiles(spec, byPath);
  const unlisted = payload
    .filter(({ path, type }) => type !== 'directory' && !listed.has(path))
    .map(({ path }) => path);
  if (unlisted.length > 0) {
    throw filesError(`the payload of ${spec.name} has files that %files does not list: ${some(unlisted)}`);
  }
  const rows = [...listed.values()]
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
    .map((file) => ({ file, entry: byPath.get(file.path) }));
  const lastInode = payload.reduce((last, { inode }) => Math.max(last, inode), 0);
  const files = rows.map(({ file, entry }, index) => packageFile(file, entry, lastInode + 1 + index));
  return { metadata: metadataOf(spec, files, facts), entries: rows.map(({ entry }) => entry) };
}

/**
 * The payload without what %exclude lines name; an excluded directory goes with everything below it. An %exclude that
 * names nothing is refused: it would be a deviation without effect.
 */
export function withoutExcluded(payload: readonly PayloadEntry[], { name, excluded }: EffectiveSpec): PayloadEntry[] {
  const idle = excluded.find((gone) => !payload.some(({ path }) => path === gone || path.startsWith(`${gone}/`)));
  if (idle !== undefined) {
    throw filesError(`%exclude ${idle} names nothing in the payload of ${name}`);
  }
  return payload.filter(({ path }) => !excluded.some((gone) => path === gone || path.startsWith(`${gone}/`)));
}

/** A path may be listed twice, as with rpmbuild: the last line counts. */
function listedFiles(spec: EffectiveSpec, payload: ReadonlyMap<string, PayloadEntry>): Map<string, SpecFile> {
  const listed = new Map<string, SpecFile>();
  const excluded = new Set(withoutExcludedPaths(spec));
  for (const file of spec.files.filter(({ path }) => !excluded.has(path))) {
    const entry = payload.get(file.path);
    const at = { file: `${spec.name}.spec`, line: file.line };
    if (entry === undefined && (file.flags & rpmGhost) === 0) {
      throw filesError(`%files of ${spec.name} lists ${file.path}, which is not in the payload`, at);
    }
    if (entry !== undefined && (entry.type === 'directory') !== file.isDirectory) {
      throw filesError(
        `${file.path} is ${file.isDirectory ? 'no directory' : 'a directory: write %dir before it'}`,
        at,
      );
    }
    listed.set(file.path, file);
  }
  return listed;
}

/** Listed paths that an %exclude line takes back. */
function withoutExcludedPaths({ files, excluded }: EffectiveSpec): string[] {
  return files
    .map(({ path }) => path)
    .filter((path) => excluded.some((gone) => path === gone || path.startsWith(`${gone}/`)));
}

function some(paths: readonly string[]): string {
  const more = paths.length - namedPaths;
  return `${paths.slice(0, namedPaths).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function filesError(reason: string, at?: { file: string; line: number }): SlipwayError {
  return new SlipwayError('UPSTREAM_FILES', `Cannot import: ${reason}`, {
    hint: 'an overlay that adds, removes or renames a file changes %files too',
    ...(at === undefined ? {} : { at }),
  });
}

function packageFile(file: SpecFile, entry: PayloadEntry | undefined, freeInode: number): PackageFile {
  const type = entry?.type ?? (file.isDirectory ? 'directory' : 'file');
  const fallbackMode = entry?.mode ?? (type === 'directory' ? 0o755 : 0o644);
  const mode = type === 'symlink' ? 0o777 : (file.mode ?? fallbackMode);
  const device = file.device ?? entry;
  return {
    path: file.path,
    mode: typeBits[type] | mode,
    user: file.user === '-' ? (entry?.user ?? 'root') : file.user,
    group: file.group === '-' ? (entry?.group ?? 'root') : file.group,
    mtime: entry?.mtime ?? 0,
    sizeBytes: entry?.sizeBytes ?? 0,
    digest: undefined, // known once the content was written
    linkTarget: entry?.linkTarget ?? '',
    flags: file.flags,
    lang: file.lang,
    caps: file.caps,
    rdev:
      type === 'character-device' || type === 'block-device' ? (device?.major ?? 0) * 256 + (device?.minor ?? 0) : 0,
    device: 1,
    inode: entry?.inode ?? freeInode,
  };
}

function metadataOf(spec: EffectiveSpec, files: readonly PackageFile[], facts: BuildFacts): PackageMetadata {
  const { files: _, excluded: __, ...head } = spec;
  return {
    ...head,
    provides: unique([...spec.provides, ...facts.generated.provides]),
    requires: unique([...spec.requires, ...ownerRequires(files), ...facts.generated.requires]),
    ...{ buildTime: facts.buildTime, buildHost: facts.buildHost, sourceRpm: facts.sourceRpm },
    installedSizeBytes: installedSize(files),
    archiveSizeBytes: 0,
    files,
    scriptlets: [],
  };
}

/** Hard links count once. */
function installedSize(files: readonly PackageFile[]): number {
  const seen = new Set<number>();
  let sum = 0;
  for (const file of files) {
    const counted = seen.has(file.inode);
    seen.add(file.inode);
    sum += counted ? 0 : file.sizeBytes;
  }
  return sum;
}

function unique(dependencies: readonly Dependency[]): Dependency[] {
  const seen = new Map<string, Dependency>();
  for (const dependency of dependencies) {
    seen.set(`${dependency.pre === true}${formatDependency(dependency)}`, dependency);
  }
  return [...seen.values()];
}
