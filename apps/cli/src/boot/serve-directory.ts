import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface DirectoryServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the files below `directory` on a free port of 127.0.0.1: GET and HEAD, with byte ranges, no listings. */
export async function serveDirectory(directory: string): Promise<DirectoryServer> {
  const root = await realpath(directory);
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const file = await findFile(root, request.url ?? '/');
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  const range = parseRange(request.headers.range, file.sizeBytes);
  const headers = {
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    'last-modified': file.modified,
  };
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${file.sizeBytes}` }).end();
    return;
  }
  const { first, last } = range ?? { first: 0, last: file.sizeBytes - 1 };
  const length = { 'content-length': last - first + 1 };
  if (range === undefined) {
    response.writeHead(200, { ...headers, ...length });
  } else {
    response.writeHead(206, { ...headers, ...length, 'content-range': `bytes ${first}-${last}/${file.sizeBytes}` });
  }
  if (request.method === 'HEAD' || last < first) {
    response.end();
    return;
  }
  await pipeline(createReadStream(file.path, { start: first, end: last, highWaterMark: 1 << 20 }), response);
}

/** The regular file that a request names, if it is below `root` also after symbolic links are followed. */
async function findFile(root: string, url: string) {
  const segments = pathSegments(url);
  if (segments === undefined) {
    return undefined;
  }
  try {
    const path = await realpath(join(root, ...segments));
    const found = await stat(path);
    return path.startsWith(root + sep) && found.isFile()
      ? { path, sizeBytes: found.size, modified: found.mtime.toUTCString() }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Decoded segments, or undefined for a path that no file of a repository has. */
export function pathSegments(url: string): string[] | undefined {
  try {
    const segments = url
      .replace(/[?#].*$/s, '')
      .split('/')
      .filter((each) => each !== '')
      .map(decodeURIComponent);
    const isPlain = (each: string) => each !== '.' && each !== '..' && !/[/\\\0]/.test(each);
    return segments.length > 0 && segments.every(isPlain) ? segments : undefined;
  } catch {
    return undefined;
  }
}

export interface ByteSpan {
  readonly first: number;
  readonly last: number;
}

/** One range (RFC 9110, section 14.1.2). Several, other units and malformed ones are ignored, as the RFC allows. */
export function parseRange(header: string | undefined, sizeBytes: number): ByteSpan | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null || match[0] === 'bytes=-') {
    return undefined;
  }
  const [, from = '', to = ''] = match;
  if (from === '') {
    const length = Math.min(Number(to), sizeBytes);
    return length === 0 ? 'unsatisfiable' : { first: sizeBytes - length, last: sizeBytes - 1 };
  }
  const first = Number(from);
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (to !== '' && Number(to) < first) {
    return undefined;
  }
  return first >= sizeBytes ? 'unsatisfiable' : { first, last };
}
