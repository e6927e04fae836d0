import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server on loopback for one test. */
export interface Loopback {
  readonly url: string;
  /** Paths that were asked for, in order, with the Range header where there was one. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[];
  close(): Promise<void>;
}

/** Serves `files` by path below the root; the map may change while it runs. Single ranges are honoured. */
export async function serveFiles(files: ReadonlyMap<string, Uint8Array>): Promise<Loopback> {
  const requests: { path: string; range: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').slice(1));
    requests.push({ path, range: request.headers.range });
    const content = files.get(path);
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (content === undefined) {
      response.writeHead(404).end();
    } else if (start > 0 && start < content.length) {
      const headers = {
        'content-length': content.length - start,
        'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
      };
      response.writeHead(206, headers).end(content.subarray(start));
    } else {
      response.writeHead(200, { 'content-length': content.length }).end(content);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
