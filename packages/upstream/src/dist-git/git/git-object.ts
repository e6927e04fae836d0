import { createHash } from 'node:crypto';
import { SlipwayError } from '@slipway/core';

export type GitObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** An object of a repository; its bytes have the id (gitformat-pack(5): SHA-1 of type, size and bytes). */
export interface GitObject {
  /** 40 hexadecimal digits. */
  readonly id: string;
  readonly type: GitObjectType;
  readonly bytes: Buffer;
}

export interface GitObjectSize {
  readonly id: string;
  readonly type: GitObjectType;
  readonly sizeBytes: number;
}

const headerPattern = /^([0-9a-f]{40}) (commit|tree|blob|tag) (\d{1,15})$/;

/** Reads the answer of `git cat-file --batch-check`; objects that the repository has not are undefined. */
export function parseObjectSizes(output: Buffer): (GitObjectSize | undefined)[] {
  const lines = output.toString('latin1').split('\n').slice(0, -1);
  return lines.map((line) => (line.endsWith(' missing') ? undefined : parseHeader(line)));
}

/** Reads the answer of `git cat-file --batch`, and that every object has its id. Throws `UPSTREAM_CACHE_DAMAGED`. */
export function parseObjects(output: Buffer): GitObject[] {
  const objects: GitObject[] = [];
  for (let position = 0; position < output.length; ) {
    const end = output.indexOf(0x0a, position);
    const { sizeBytes, ...header } = parseHeader(output.toString('latin1', position, Math.max(end, position)));
    const bytes = output.subarray(end + 1, end + 1 + sizeBytes);
    if (bytes.length !== sizeBytes || objectId(header.type, bytes) !== header.id) {
      throw damaged(`the bytes of ${header.id} are not those that it is named by`);
    }
    objects.push({ ...header, bytes });
    position = end + 1 + sizeBytes + 1;
  }
  return objects;
}

export function objectId(type: GitObjectType, bytes: Uint8Array): string {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}

/** The cache is not what it was when it was fetched; who meets this fetches the repository again. */
export function damaged(reason: string): SlipwayError {
  return new SlipwayError('UPSTREAM_CACHE_DAMAGED', `Cannot read a cached repository: ${reason}`, {
    hint: 'check the disk, remove the directory of the cache, and run the same command again',
  });
}

function parseHeader(line: string): GitObjectSize {
  const [, id, type, size] = headerPattern.exec(line) ?? [];
  if (id === undefined || type === undefined) {
    throw damaged(`git cat-file says ${JSON.stringify(line.slice(0, 120))}`);
  }
  return { id, type: type as GitObjectType, sizeBytes: Number(size) };
}
