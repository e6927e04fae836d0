import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request instead of the answer. `cut`: the connection ends after some bytes of the answer. */
export type Mishap =
  | { readonly kind: 'hang' }
  /** Some bytes a second, without end. */
  | { readonly kind: 'drip' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'cut'; readonly afterBytes: number };

/** A web server on loopback for one test. */
export interface Loopback {
  readonly url: string;
  /** Decides the fate of a request; undefined: the real answer. */
  mishap: ((path: string) => Mishap | undefined) | undefined;
  /** Whether single ranges are honoured; default: yes. */
  hasRanges: boolean;
  /** Paths that were asked for, in order, with the Range header where there was one. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[];
  close(): Promise<void>;
}

/** Serves `files` by path below the root; the map may change while it runs. Single ranges are honoured. */
export async function serveFiles(files: ReadonlyMap<string, Uint8Array>): Promise<Loopback> {
  const requests: { path: string; range: string | undefined }[] = [];
  const http = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').slice(1));
    requests.push({ path, range: request.headers.range });
    const content = files.get(path);
    const mishap = loopback.mishap?.(path);
    if (mishap?.kind === 'hang') {
      return;
    }
    if (mishap?.kind === 'drip') {
      drip(response);
      return;
    }
    if (mishap?.kind === 'status' || content === undefined) {
      response.writeHead(mishap?.kind === 'status' ? mishap.status : 404).end();
      return;
    }
    const range = loopback.hasRanges ? request.headers.range : undefined;
    const start = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    const rest = content.subarray(start);
    if (start > 0 && rest.length === 0) {
      response.writeHead(416).end();
      return;
    }
    const contentRange = { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length, ...(start > 0 ? contentRange : {}) });
    if (mishap?.kind === 'cut') {
      response.write(rest.subarray(0, mishap.afterBytes));
      setTimeout(() => response.destroy(), 50); // what was written goes out first
    } else {
      response.end(rest);
    }
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const loopback: Loopback = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    ...{ requests, mishap: undefined, hasRanges: true },
    close: () =>
      new Promise((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
  return loopback;
}

/** Answers with a byte now and then until the other side has enough. */
export function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
  const timer = setInterval(() => response.write('0'), 100);
  response.on('close', () => clearInterval(timer));
}
