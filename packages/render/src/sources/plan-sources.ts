import { SlipwayError, SlipwayErrors } from '@slipway/core';
import { type Component, type PlacedSourceFile, type Project, placedSourceFiles } from '@slipway/project';
import { type SourcePlaces, type SourcesEntry, type SourcesLine, sourceUris } from '@slipway/upstream';
import { isOfBuild, mergedSources } from '../sources-file.ts';

/** A source file that has to be fetched. */
export interface PlannedSource {
  readonly entry: SourcesEntry;
  /** Where it is looked for, in this order; none for a file that only a script of the project could make. */
  readonly uris: readonly string[];
  /** Its entry in the project, when the last resort would be a script. */
  readonly custom?: PlacedSourceFile;
}

export interface SourcesPlan {
  /** The `sources` file. */
  readonly lines: readonly SourcesLine[];
  readonly wanted: readonly PlannedSource[];
}

export interface SourcesPlanOptions {
  /** Archives stay as upstream has them, and so do their lines. */
  readonly skipOverlays?: boolean;
  /** Lists and fetches nothing of files that come from elsewhere. */
  readonly skipSources?: boolean;
  /** Somebody else brings the files of the snapshot and the signing key. */
  readonly inBuild?: boolean;
  /** Lets archives that overlays change be without the digest that they have afterwards. */
  readonly allowMissingHashes?: boolean;
  /** Names that other files of the component have. */
  readonly reserved: ReadonlySet<string>;
}

/**
 * The source files of a component that are not beside its spec (overlays.md 3.2): those of upstream's `sources` and those
 * of the project, each with the places to look for it: lookaside caches, then its own address. An archive that overlays
 * change is fetched as upstream has it. Throws `SlipwayErrors` of everything that stands in the way: what `mergeSources`
 * and `sourceUris` throw, `RENDER_CUSTOM_ORIGIN`, `RENDER_BUILD_ORIGIN`.
 */
export function planSources(
  upstream: readonly SourcesLine[],
  { component, project }: { readonly component: Component; readonly project: Project },
  options: SourcesPlanOptions,
): SourcesPlan {
  const own = placedSourceFiles(project, component);
  if (options.skipSources !== true) {
    const ours = own.filter((file) => options.inBuild !== true || !isOfBuild(file));
    throwAll(ours.flatMap((file) => unsupported(file, component)));
  }
  const lines = mergedSources(
    upstream,
    component.name,
    own.filter((file) => isListed(file, options)),
  );
  const planner = new Planner({ component, project, upstream, own });
  const entries = lines.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  throwAll(entries.filter(({ filename }) => options.reserved.has(filename)).map((entry) => planner.clash(entry)));
  return { lines, wanted: options.skipSources === true ? [] : planner.plan(entries) };
}

/** What no server is asked for: without a hash there is nothing to ask with. */
function unsupported(file: PlacedSourceFile, { name }: Component): SlipwayError[] {
  const { filename, origin, hash, at } = file;
  if (isOfBuild(file)) {
    const from = origin?.type === 'snapshot' ? 'the snapshot of the project' : 'the signing key';
    const message = `Cannot get ${filename} of ${name}: it comes from ${from}`;
    const hint = 'slipway build puts it into the build; --skip-sources leaves out what is not beside the spec';
    return [new SlipwayError('RENDER_BUILD_ORIGIN', message, { hint, at })];
  }
  return origin?.type === 'custom' && hash === undefined ? [customOrigin({ filename, at }, name)] : [];
}

/** A file that a script would make, and that is in no lookaside cache. */
export function customOrigin(
  { filename, at }: Pick<PlacedSourceFile, 'filename' | 'at'>,
  component: string,
  cause?: unknown,
): SlipwayError {
  return new SlipwayError(
    'RENDER_CUSTOM_ORIGIN',
    `Cannot get ${filename} of ${component}: a script would make it, and Slipway runs no scripts in a networked chroot`,
    {
      hint: 'run the script, put the file into the lookaside and set its hash here; or put it beside the spec and remove the entry',
      at,
      cause,
    },
  );
}

function isListed({ origin, hash }: PlacedSourceFile, options: SourcesPlanOptions): boolean {
  const { skipOverlays = false, allowMissingHashes = false } = options;
  return origin?.type !== 'overlay' || !(skipOverlays || (allowMissingHashes && hash === undefined));
}

interface PlannerInput {
  readonly component: Component;
  readonly project: Project;
  readonly upstream: readonly SourcesLine[];
  readonly own: readonly PlacedSourceFile[];
}

class Planner {
  readonly #input: PlannerInput;
  readonly #own: ReadonlyMap<string, PlacedSourceFile>;
  readonly #upstream: ReadonlyMap<string, SourcesEntry>;

  constructor(input: PlannerInput) {
    this.#input = input;
    this.#own = new Map(input.own.map((file) => [file.filename, file]));
    this.#upstream = new Map(
      input.upstream.flatMap(({ entry }) => (entry === undefined ? [] : [[entry.filename, entry]])),
    );
  }

  plan(entries: readonly SourcesEntry[]): PlannedSource[] {
    const errors: SlipwayError[] = [];
    const planned = entries.flatMap((entry) => {
      try {
        return [this.#planOne(entry)];
      } catch (failure) {
        errors.push(this.#placed(failure, entry));
        return [];
      }
    });
    throwAll(errors);
    return planned;
  }

  clash({ filename }: SourcesEntry): SlipwayError {
    const at = this.#own.get(filename)?.at;
    const message = `Cannot add ${filename} to the sources of ${this.#input.component.name}: another of its files has this name`;
    return new SlipwayError('UPSTREAM_SOURCE_CONFLICT', message, {
      hint: 'the spec, its macros file and the file sources are no source files',
      ...(at === undefined ? {} : { at }),
    });
  }

  #planOne(listed: SourcesEntry): PlannedSource {
    const own = this.#own.get(listed.filename);
    const original = this.#upstream.get(listed.filename);
    if (own === undefined || (own.origin?.type === 'overlay' && original !== undefined)) {
      const entry = original ?? listed;
      return { entry, uris: urisOf(entry, [this.#upstreamPlaces()]) };
    }
    const places = [this.#ownPlaces(), { ...this.#upstreamPlaces(), ...this.#address(own) }];
    if (own.origin?.type === 'custom') {
      return { entry: listed, uris: places.some(hasAddress) ? urisOf(listed, places) : [], custom: own };
    }
    return { entry: listed, uris: urisOf(listed, places) };
  }

  #address({ origin }: PlacedSourceFile): Pick<SourcePlaces, 'origin' | 'disableOrigins'> {
    const { project, component } = this.#input;
    const names = [project.defaultDistro?.name, component.spec.type === 'upstream' ? component.spec.distro.name : ''];
    const disableOrigins = names.some((name) => project.distros.get(name ?? '')?.disableOrigins === true);
    const uri = origin?.type === 'download' ? origin.uri : undefined;
    return { disableOrigins, ...(uri === undefined ? {} : { origin: uri }) };
  }

  /** The cache of the distribution that the spec is from; a local spec is from the distribution itself. */
  #upstreamPlaces(): SourcePlaces {
    const { spec } = this.#input.component;
    return spec.type === 'upstream' ? this.#cache(spec.distro.name, spec.name) : this.#ownPlaces();
  }

  #ownPlaces(): SourcePlaces {
    const { project, component } = this.#input;
    return this.#cache(project.defaultDistro?.name, component.name);
  }

  #cache(distro: string | undefined, pkg: string): SourcePlaces {
    const lookaside = this.#input.project.distros.get(distro ?? '')?.lookasideBaseUri;
    return { pkg, ...(lookaside === undefined ? {} : { lookaside }) };
  }

  #placed(failure: unknown, { filename }: SourcesEntry): SlipwayError {
    if (!(failure instanceof SlipwayError)) {
      throw failure;
    }
    const { project, component } = this.#input;
    const at = this.#own.get(filename)?.at ?? project.position(component.origin);
    return new SlipwayError(failure.code, failure.message, {
      ...(failure.hint === undefined ? {} : { hint: failure.hint }),
      at,
      cause: failure,
    });
  }
}

function urisOf(entry: SourcesEntry, places: readonly SourcePlaces[]): string[] {
  const some = places.filter(hasAddress);
  return [...new Set((some.length === 0 ? places.slice(-1) : some).flatMap((place) => sourceUris(entry, place)))];
}

function hasAddress({ lookaside, origin, disableOrigins }: SourcePlaces): boolean {
  return lookaside !== undefined || (origin !== undefined && disableOrigins !== true);
}

function throwAll(errors: readonly SlipwayError[]): void {
  if (errors.length > 0) {
    throw new SlipwayErrors(errors);
  }
}
