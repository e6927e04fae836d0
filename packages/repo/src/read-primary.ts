import type { Chunks } from '@slipway/core';
import { scanXmlStream, type XmlStart } from '@slipway/formats';
import type { Comparison, Dependency, Evr, Relations } from '@slipway/rpm';
import { type ListedFile, RelationCache, type RepoPackage } from './repo-package.ts';
import { badMetadata, type Checksum, isSafeLocation, parseChecksum } from './repomd.ts';

const comparisons: Readonly<Record<string, Comparison>> = { LT: '<', LE: '<=', EQ: '=', GE: '>=', GT: '>' };
const relationKinds: Readonly<Record<string, keyof Relations>> = {
  'rpm:provides': 'provides',
  'rpm:requires': 'requires',
  'rpm:conflicts': 'conflicts',
  'rpm:obsoletes': 'obsoletes',
  'rpm:recommends': 'recommends',
  'rpm:suggests': 'suggests',
  'rpm:supplements': 'supplements',
  'rpm:enhances': 'enhances',
};
/** Elements whose text is kept, and the field that it becomes. */
const texts = {
  name: 'name',
  arch: 'arch',
  summary: 'summary',
  description: 'description',
  packager: 'packager',
  url: 'url',
  'rpm:license': 'license',
  'rpm:vendor': 'vendor',
  'rpm:group': 'group',
  'rpm:buildhost': 'buildHost',
  'rpm:sourcerpm': 'sourceRpm',
} as const;
/** rpm-md nests package, format, relation, entry. */
const maxDepth = 16;

/**
 * Packages of an uncompressed primary.xml, one after the other. Unknown elements are passed over; what a package cannot
 * do without is demanded. Throws `REPO_BAD_METADATA`, `FORMATS_BAD_XML`, `CORE_LIMIT`.
 */
export async function* readPrimary(chunks: Chunks, file = 'primary.xml'): AsyncGenerator<RepoPackage> {
  const cache = new RelationCache();
  let current: PackageReader | undefined;
  let rootSeen = false;
  for await (const events of scanXmlStream(chunks, { file, maxDepth })) {
    const complete: RepoPackage[] = [];
    for (const event of events) {
      if (event.type === 'start') {
        if (!rootSeen && event.name !== 'metadata') {
          throw badMetadata(file, `its root is <${event.name}>, not <metadata>`);
        }
        rootSeen = true;
        if (event.name === 'package') {
          current = new PackageReader(file, cache);
        }
        current?.start(event);
      } else if (event.type === 'text') {
        current?.text(event.text);
      } else if (event.name === 'package' && current !== undefined) {
        complete.push(current.finish());
        current = undefined;
      } else {
        current?.end(event.name);
      }
    }
    yield* complete;
  }
}

type TextField = (typeof texts)[keyof typeof texts];

/** Collects one `<package>`. */
class PackageReader {
  readonly #file: string;
  readonly #cache: RelationCache;
  readonly #texts: Partial<Record<TextField, string>> = {};
  readonly #relations: Record<keyof Relations, Dependency[]> = {
    provides: [],
    requires: [],
    conflicts: [],
    obsoletes: [],
    recommends: [],
    suggests: [],
    supplements: [],
    enhances: [],
  };
  readonly #files: ListedFile[] = [];
  #kind: keyof Relations | undefined;
  #text = '';
  #fileType: ListedFile['type'] = 'file';
  #checksumType = '';
  #checksum: Checksum | undefined;
  #evr: Evr | undefined;
  #numbers = { fileTime: 0, buildTime: 0, sizeBytes: 0, installedSizeBytes: 0, archiveSizeBytes: 0 };
  #headerRange = { start: 0, end: 0 };
  #locationHref = '';
  #locationBase: string | undefined;

  constructor(file: string, cache: RelationCache) {
    this.#file = file;
    this.#cache = cache;
  }

  start(event: XmlStart): void {
    this.#text = '';
    switch (event.name) {
      case 'rpm:entry':
        this.#addRelation(event);
        return;
      case 'file':
        this.#fileType = parseFileType(event.attribute('type'));
        return;
      case 'version':
        this.#evr = parseVersion(event, this.#file);
        return;
      case 'checksum':
        this.#checksumType = event.attribute('type') ?? '';
        return;
      case 'time':
        this.#numbers.fileTime = this.#number(event, 'file');
        this.#numbers.buildTime = this.#number(event, 'build');
        return;
      case 'size':
        this.#numbers.sizeBytes = this.#number(event, 'package');
        this.#numbers.installedSizeBytes = this.#number(event, 'installed');
        this.#numbers.archiveSizeBytes = this.#number(event, 'archive');
        return;
      case 'location':
        this.#locationHref = event.attribute('href') ?? '';
        this.#locationBase = event.attribute('xml:base');
        return;
      case 'rpm:header-range':
        this.#headerRange = { start: this.#number(event, 'start'), end: this.#number(event, 'end') };
        return;
      default:
        this.#kind = relationKinds[event.name] ?? this.#kind;
    }
  }

  text(text: string): void {
    this.#text += text;
  }

  end(name: string): void {
    if (name === 'file') {
      this.#files.push({ path: this.#text, type: this.#fileType });
    } else if (name === 'checksum') {
      this.#checksum = parseChecksum(this.#checksumType, this.#text.trim(), this.#file);
    } else if (Object.hasOwn(relationKinds, name)) {
      this.#kind = undefined;
    } else if (Object.hasOwn(texts, name)) {
      this.#texts[texts[name as keyof typeof texts]] = this.#text;
    }
  }

  #addRelation(event: XmlStart): void {
    const name = event.attribute('name') ?? '';
    if (this.#kind === undefined || name === '') {
      throw badMetadata(this.#file, `a relation of ${this.#texts.name ?? 'a package'} has no name or no kind`);
    }
    const comparison = comparisons[event.attribute('flags') ?? ''];
    const version = event.attribute('ver');
    const evr = comparison === undefined || version === undefined ? undefined : parseVersion(event, this.#file);
    const isPre = event.attribute('pre') === '1';
    this.#relations[this.#kind].push(
      this.#cache.share({
        name,
        ...(comparison === undefined || evr === undefined ? {} : { comparison, evr }),
        ...(isPre ? { pre: true } : {}),
      }),
    );
  }

  #number(event: XmlStart, name: string): number {
    const text = event.attribute(name) ?? '0';
    const value = Number(text);
    if (!/^-?[0-9]{1,16}$/.test(text) || !Number.isSafeInteger(value)) {
      throw badMetadata(this.#file, `<${event.name}> of ${this.#texts.name ?? 'a package'} has no usable ${name}`);
    }
    return value;
  }

  finish(): RepoPackage {
    const text = (field: TextField) => this.#texts[field] ?? '';
    const { name = '', arch = '' } = this.#texts;
    if (name === '' || arch === '' || this.#evr === undefined || this.#checksum === undefined) {
      throw badMetadata(this.#file, `the package "${name.slice(0, 80)}" lacks its name, arch, version or checksum`);
    }
    if (!isSafeLocation(this.#locationHref)) {
      throw badMetadata(this.#file, `the location of ${name} is not a path inside the repository`);
    }
    return {
      name,
      evr: this.#evr,
      arch,
      checksum: this.#checksum,
      summary: text('summary'),
      description: text('description'),
      packager: text('packager'),
      url: text('url'),
      license: text('license'),
      vendor: text('vendor'),
      group: text('group'),
      buildHost: text('buildHost'),
      sourceRpm: text('sourceRpm'),
      ...this.#numbers,
      locationHref: this.#locationHref,
      locationBase: this.#locationBase,
      headerRange: this.#headerRange,
      ...this.#relations,
      files: this.#files,
    };
  }
}

/** `epoch`, `ver` and `rel` attributes; a missing epoch is 0. */
function parseVersion(event: XmlStart, file: string): Evr {
  const epochText = event.attribute('epoch') ?? '0';
  const version = event.attribute('ver') ?? '';
  const epoch = Number(epochText);
  if (!/^[0-9]{1,10}$/.test(epochText) || epoch > 0xffffffff) {
    throw badMetadata(file, `"${epochText.slice(0, 40)}" is not an epoch`);
  }
  return { epoch, version, release: event.attribute('rel') ?? '' };
}

export function parseFileType(text: string | undefined): ListedFile['type'] {
  return text === 'dir' || text === 'ghost' ? text : 'file';
}
