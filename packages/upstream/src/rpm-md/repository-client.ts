import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { fileError, hasErrno, SlipwayError } from '@slipway/core';

/** What is asked for, with the most bytes that may come back. */
export interface HttpRequest {
  readonly url: string;
  readonly limitBytes: number;
  readonly signal?: AbortSignal;
}

/** Status codes that mean "there is no such file". */
const absentStatuses = [403, 404, 410];

/** The address of a file below a repository. Throws `UPSTREAM_NETWORK` for an address that is not http(s). */
export function fileUrl(baseUrl: string, path: string): string {
  const base = URL.parse(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  if (base === null || !/^https?:$/.test(base.protocol)) {
    throw new SlipwayError('UPSTREAM_NETWORK', `Cannot use ${baseUrl} as the address of a repository`, {
      hint: 'give an http or https address',
    });
  }
  return new URL(path.split('/').map(encodeURIComponent).join('/'), base).href;
}

/** A small file whole. Undefined when the server has none. Throws `UPSTREAM_NETWORK`, `UPSTREAM_TOO_LARGE`. */
export async function fetchBytes(request: HttpRequest): Promise<Buffer | undefined> {
  const response = await send(request);
  if (absentStatuses.includes(response.status)) {
    await response.body?.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of boundedBody(response, request)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A file as a stream; errors as `fetchBytes`, and `UPSTREAM_NETWORK` when there is none. */
export async function* fetchStream(request: HttpRequest): AsyncGenerator<Uint8Array> {
  yield* boundedBody(await send(request), request);
}

/**
 * Writes the file to `path`; a shorter file there is taken for the first part of it and continued (RFC 9110, 14).
 * `limitBytes` is its exact size. Errors as `fetchStream`.
 */
export async function fetchToFile(request: HttpRequest, path: string, onBytes: (count: number) => void): Promise<void> {
  const present = await sizeOf(path);
  if (present > request.limitBytes) {
    await rm(path, { force: true });
  }
  const start = present < request.limitBytes ? present : 0;
  const { start: done, chunks } = await openDownload(request, start);
  const continues = done > 0;
  const body = counted(chunks, onBytes);
  onBytes(done);
  try {
    await pipeline(body, createWriteStream(path, { flags: continues ? 'a' : 'w' }));
  } catch (cause) {
    throw cause instanceof SlipwayError
      ? cause
      : hasErrno(cause, 'ENOSPC', 'EDQUOT')
        ? fileError('write', path, cause)
        : unreachable(request.url, cause);
  }
}

/** A file as a stream, from some byte on. */
export interface Download {
  /** Where the stream begins: at 0 when the server cannot continue. */
  readonly start: number;
  readonly chunks: AsyncGenerator<Uint8Array>;
}

/** A file from byte `start` on where the server can, else whole (RFC 9110, 14). Errors as `fetchStream`. */
export async function openDownload(request: HttpRequest, start: number): Promise<Download> {
  const response = await send(request, start > 0 ? { range: `bytes=${start}-` } : {});
  const continues = start > 0 && response.status === 206 && rangeStart(response) === start;
  const begin = continues ? start : 0;
  return { start: begin, chunks: boundedBody(response, { ...request, limitBytes: request.limitBytes - begin }) };
}

async function send({ url, signal }: HttpRequest, headers: Record<string, string> = {}): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: 'follow', ...(signal === undefined ? {} : { signal }) });
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

async function* boundedBody(response: Response, { url, limitBytes }: HttpRequest): AsyncGenerator<Uint8Array> {
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new SlipwayError('UPSTREAM_NETWORK', `Cannot fetch ${url}: the server answered ${response.status}`, {
      hint: 'check the address of the repository, or try again later',
      data: { status: response.status },
    });
  }
  let seen = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      seen += chunk.length;
      if (seen > limitBytes) {
        throw new SlipwayError('UPSTREAM_TOO_LARGE', `Cannot accept ${url}: it is larger than ${limitBytes} bytes`, {
          hint: 'the server gives more than its metadata announces',
        });
      }
      yield chunk;
    }
  } catch (cause) {
    throw cause instanceof SlipwayError ? cause : unreachable(url, cause);
  }
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    onBytes(chunk.length);
    yield chunk;
  }
}

function rangeStart(response: Response): number | undefined {
  const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function unreachable(url: string, cause: unknown): SlipwayError {
  if (cause instanceof Error && cause.name === 'AbortError') {
    return new SlipwayError('CORE_CANCELLED', `Cannot fetch ${url}: the run was interrupted`, { cause });
  }
  const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : '';
  return new SlipwayError('UPSTREAM_NETWORK', `Cannot fetch ${url}: ${reason}`, {
    hint: 'check the network and run the same command again: it continues',
    cause,
  });
}
