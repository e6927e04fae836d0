import { SlipwayError } from '@slipway/core';
import { scanXml, XmlWriter } from '@slipway/formats';

/** Digest algorithms that rpm-md uses and that still mean something. */
export type ChecksumAlgorithm = 'sha256' | 'sha384' | 'sha512';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Lower-case hexadecimal. */
  readonly value: string;
}

/** One metadata file of a repository. */
export interface RepomdRecord {
  /** `primary`, `filelists`, `other`, `updateinfo`, `group`, … */
  readonly type: string;
  /** Path relative to the repository's directory; never absolute, never with `..`. */
  readonly locationHref: string;
  readonly checksum: Checksum;
  readonly sizeBytes: number;
  /** Of the uncompressed content; absent for files that are not compressed. */
  readonly open: { readonly checksum: Checksum; readonly sizeBytes: number } | undefined;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

export interface RepositoryTags {
  readonly content?: readonly string[];
  readonly repo?: readonly string[];
  readonly distro?: readonly { readonly name: string; readonly cpeId?: string }[];
}

export interface Repomd {
  readonly revision: string;
  readonly tags?: RepositoryTags;
  readonly records: readonly RepomdRecord[];
}

/** repomd.xml lists about ten files; anything beyond these sizes is no repomd.xml. */
const maxRepomdBytes = 4 << 20;
const maxRecords = 256;
/** The largest known filelists has 3 GB. */
const maxOpenBytes = 16 * 2 ** 30;

const namespaces = {
  xmlns: 'http://linux.duke.edu/metadata/repo',
  'xmlns:rpm': 'http://linux.duke.edu/metadata/rpm',
};
const hexLengths: Readonly<Record<ChecksumAlgorithm, number>> = { sha256: 64, sha384: 96, sha512: 128 };

export function formatRepomd({ revision, tags, records }: Repomd): string {
  const writer = new XmlWriter().open('repomd', namespaces).leaf('revision', {}, revision);
  if (tags !== undefined) {
    writeTags(writer, tags);
  }
  for (const record of records) {
    writer.open('data', { type: record.type });
    writer.leaf('checksum', { type: record.checksum.algorithm }, record.checksum.value);
    if (record.open !== undefined) {
      writer.leaf('open-checksum', { type: record.open.checksum.algorithm }, record.open.checksum.value);
    }
    writer
      .leaf('location', { href: record.locationHref })
      .leaf('timestamp', {}, record.timestamp)
      .leaf('size', {}, record.sizeBytes);
    if (record.open !== undefined) {
      writer.leaf('open-size', {}, record.open.sizeBytes);
    }
    writer.close();
  }
  return writer.close().finish();
}

function writeTags(writer: XmlWriter, { content = [], repo = [], distro = [] }: RepositoryTags): void {
  writer.open('tags');
  for (const text of content) {
    writer.leaf('content', {}, text);
  }
  for (const text of repo) {
    writer.leaf('repo', {}, text);
  }
  for (const { name, cpeId } of distro) {
    writer.leaf('distro', { cpeid: cpeId }, name);
  }
  writer.close();
}

/** Reads repomd.xml strictly. Throws `REPO_BAD_METADATA`, `FORMATS_BAD_XML`, `CORE_LIMIT`. */
export function readRepomd(bytes: Uint8Array, file = 'repomd.xml'): Repomd {
  if (bytes.length > maxRepomdBytes) {
    throw new SlipwayError('CORE_LIMIT', `Cannot read ${file}: it is larger than ${maxRepomdBytes} bytes`, {
      at: { file },
    });
  }
  const reader = new RepomdReader(file);
  for (const event of scanXml([bytes], { file, maxDepth: 16 })) {
    if (event.type === 'start') {
      reader.start(event.name, (name) => event.attribute(name));
    } else if (event.type === 'text') {
      reader.text(event.text);
    } else {
      reader.end(event.name);
    }
  }
  return reader.finish();
}

type Fields = Map<string, string>;

class RepomdReader {
  readonly #file: string;
  readonly #records: RepomdRecord[] = [];
  readonly #tags = { content: [] as string[], repo: [] as string[], distro: [] as { name: string; cpeId?: string }[] };
  #revision = '';
  #text = '';
  #cpeId: string | undefined;
  #fields: Fields | undefined;
  #rootSeen = false;

  constructor(file: string) {
    this.#file = file;
  }

  start(name: string, attribute: (name: string) => string | undefined): void {
    if (!this.#rootSeen && name !== 'repomd') {
      throw badMetadata(this.#file, `its root is <${name}>, not <repomd>`);
    }
    this.#rootSeen = true;
    this.#text = '';
    if (name === 'data') {
      this.#fields = new Map([['data-type', attribute('type') ?? '']]);
    } else if (name === 'distro') {
      this.#cpeId = attribute('cpeid');
    }
    this.#fields?.set(`${name} type`, attribute('type') ?? '').set(`${name} href`, attribute('href') ?? '');
  }

  text(text: string): void {
    this.#text += text;
  }

  end(name: string): void {
    if (name === 'data' && this.#fields !== undefined) {
      this.#addRecord(this.#fields);
      this.#fields = undefined;
    } else if (this.#fields !== undefined) {
      this.#fields.set(name, this.#text.trim());
    } else if (name === 'revision') {
      this.#revision = this.#text.trim();
    } else if (name === 'content' || name === 'repo') {
      this.#tags[name].push(this.#text);
    } else if (name === 'distro') {
      this.#tags.distro.push({ name: this.#text, ...(this.#cpeId === undefined ? {} : { cpeId: this.#cpeId }) });
    }
    this.#text = '';
  }

  #addRecord(fields: Fields): void {
    if (this.#records.length >= maxRecords) {
      throw new SlipwayError('CORE_LIMIT', `Cannot read ${this.#file}: it lists more than ${maxRecords} files`);
    }
    const isCompressed = fields.has('open-checksum');
    this.#records.push({
      type: fields.get('data-type') ?? '',
      locationHref: this.#location(fields.get('location href') ?? ''),
      checksum: this.#checksum(fields, 'checksum'),
      sizeBytes: this.#size(fields, 'size'),
      open: isCompressed
        ? { checksum: this.#checksum(fields, 'open-checksum'), sizeBytes: this.#size(fields, 'open-size') }
        : undefined,
      timestamp: Number.parseInt(fields.get('timestamp') ?? '0', 10) || 0,
    });
  }

  #location(href: string): string {
    if (!isSafeLocation(href)) {
      throw badMetadata(this.#file, `the location "${href.slice(0, 200)}" is not a path inside the repository`);
    }
    return href;
  }

  #checksum(fields: Fields, name: string): Checksum {
    return parseChecksum(fields.get(`${name} type`) ?? '', fields.get(name) ?? '', this.#file);
  }

  #size(fields: Fields, name: string): number {
    const text = fields.get(name) ?? '';
    const size = Number(text);
    if (!/^[0-9]+$/.test(text) || size > maxOpenBytes) {
      throw badMetadata(this.#file, `a file has no usable <${name}>`);
    }
    return size;
  }

  finish(): Repomd {
    const { content, repo, distro } = this.#tags;
    const hasTags = content.length + repo.length + distro.length > 0;
    return { revision: this.#revision, ...(hasTags ? { tags: this.#tags } : {}), records: this.#records };
  }
}

/** Throws `REPO_BAD_METADATA` unless the algorithm is SHA-2 and the value has its length. */
export function parseChecksum(algorithm: string, value: string, file: string): Checksum {
  if (!Object.hasOwn(hexLengths, algorithm)) {
    throw badMetadata(file, `the checksum type "${algorithm.slice(0, 40)}" is not sha256, sha384 or sha512`);
  }
  const known = algorithm as ChecksumAlgorithm;
  if (value.length !== hexLengths[known] || !/^[0-9a-f]+$/.test(value)) {
    throw badMetadata(file, `a ${algorithm} checksum is not ${hexLengths[known]} hexadecimal digits`);
  }
  return { algorithm: known, value };
}

/** A relative path that stays below the repository's directory, without control characters or backslashes. */
export function isSafeLocation(href: string): boolean {
  return (
    /^[^/\\\p{Cc}][^\\\p{Cc}]*$/u.test(href) &&
    !/^[a-z][a-z0-9+.-]*:/i.test(href) &&
    !href.split('/').some((part) => part === '..' || part === '.' || part === '')
  );
}

export function badMetadata(file: string, reason: string): SlipwayError {
  return new SlipwayError('REPO_BAD_METADATA', `Cannot read ${file}: ${reason}`, {
    hint: 'the repository is damaged or hostile: fetch it again, or ask who publishes it',
    at: { file },
  });
}
