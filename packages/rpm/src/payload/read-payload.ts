import { createHash } from 'node:crypto';
import { SlipwayError } from '@slipway/core';
import { readCpio } from '@slipway/formats';
import { tag } from '../header/tags.ts';
import { type FileDigests, readFileDigests } from '../metadata/files.ts';
import type { HashName } from '../metadata/hash-algorithm.ts';
import type { RpmPackage } from '../package/open-package.ts';
import { type PayloadPlace, payloadError } from './payload-error.ts';
import { type LocatedMember, PayloadIndex } from './payload-index.ts';
import { PayloadStream } from './payload-stream.ts';

export interface PayloadMember extends LocatedMember {
  /** The bytes of a regular file if `holdsContent`, else empty. Readable once, until the next member is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface ReadPayloadOptions {
  /** Check the recorded digest of every content that is read to its end; on by default. */
  readonly fileDigests?: boolean;
  /** Check PAYLOADSHA256 when the end of the payload is reached; on by default. */
  readonly payloadDigest?: boolean;
}

/**
 * The members of a package's payload in archive order, each with its place in the header. Content that is not read is
 * skipped. Of hard links, the one that carries the content comes last. Memory: a few chunks, whatever the size.
 * Throws `RPM_BAD_PAYLOAD` (damaged, or not what the header says), `RPM_UNSUPPORTED_PAYLOAD` and
 * `RPM_DIGEST_MISMATCH`; every file of the header except %ghost must be there.
 */
export async function* readPayload(pkg: RpmPackage, options: ReadPayloadOptions = {}): AsyncGenerator<PayloadMember> {
  const index = new PayloadIndex(pkg);
  const payload = new PayloadStream(pkg);
  const digests = options.fileDigests === false ? undefined : readFileDigests(pkg.header);
  const whole = new PayloadDigest(pkg, options.payloadDigest !== false);
  const archive = payload.archive(whole.through(payload.chunks()), index.maxArchiveBytes);
  try {
    const strippedSizeBytes = (place: number) => index.strippedSizeBytes(place);
    for await (const entry of readCpio(archive, { file: pkg.path, strippedSizeBytes, nameEncoding: 'latin1' })) {
      const member = index.locate(entry);
      const content = member.holdsContent ? payload.withErrors(entry.content) : empty;
      const checked =
        digests === undefined ? content : checkedContent(content, member, { digests, place: payload.place });
      yield { ...member, content: checked };
    }
  } catch (cause) {
    throw payloadError(cause, payload.place);
  }
  index.checkComplete();
  whole.check();
}

const empty: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {},
};

function checkedContent(
  content: AsyncIterable<Uint8Array>,
  member: LocatedMember,
  { digests, place }: { readonly digests: FileDigests; readonly place: PayloadPlace },
) {
  const expected = digests.hex[member.index] ?? '';
  if (!member.holdsContent || expected === '' || digests.hash === undefined) {
    return content;
  }
  return hashedContent(content, { what: member.file.path, hash: digests.hash, expected, place });
}

interface ExpectedDigest {
  readonly what: string;
  readonly hash: HashName;
  readonly expected: string;
  readonly place: PayloadPlace;
}

async function* hashedContent(content: AsyncIterable<Uint8Array>, digest: ExpectedDigest) {
  const hashing = createHash(digest.hash);
  for await (const chunk of content) {
    hashing.update(chunk);
    yield chunk;
  }
  expectDigest(hashing.digest('hex'), digest);
}

/** Hashes the compressed payload on its way to the decompressor. */
class PayloadDigest {
  readonly #pkg: RpmPackage;
  readonly #expected: string | undefined;
  readonly #hashing = createHash('sha256');

  constructor(pkg: RpmPackage, wanted: boolean) {
    this.#pkg = pkg;
    this.#expected = wanted ? pkg.header.string(tag.payloadSha256) : undefined;
  }

  through(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return this.#expected === undefined ? source : this.#hashed(source);
  }

  check(): void {
    if (this.#expected === undefined) {
      return;
    }
    expectDigest(this.#hashing.digest('hex'), {
      what: `the payload of ${this.#pkg.path}`,
      hash: 'sha256',
      expected: this.#expected,
      place: { file: this.#pkg.path, offset: this.#pkg.payloadOffset },
    });
  }

  async *#hashed(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of source) {
      this.#hashing.update(chunk);
      yield chunk;
    }
  }
}

function expectDigest(found: string, { what, expected, place }: ExpectedDigest): void {
  if (found !== expected.toLowerCase()) {
    throw new SlipwayError('RPM_DIGEST_MISMATCH', `Cannot accept ${what}: its digest is ${found}, not ${expected}`, {
      hint: 'the package was changed after it was built, or is damaged: get it again',
      at: place,
      data: { expected, found },
    });
  }
}
