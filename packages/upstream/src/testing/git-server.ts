import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { drip, type Mishap } from './loopback.ts';

/** A real git server (git-http-backend(1)) on loopback for one test. */
export interface GitServer {
  /** Address of the directory that has the repositories. */
  readonly url: string;
  /** Method, path and query of what was asked, in order. */
  readonly requests: string[];
  /** Decides the fate of a request; undefined: the real answer. */
  mishap: ((request: string) => Mishap | undefined) | undefined;
  /** 0: as servers that know neither filters nor objects by id unless they are told to. */
  protocolVersion: 0 | 2;
  close(): Promise<void>;
}

/** Serves the repositories below `directory`. */
export async function serveGit(directory: string): Promise<GitServer> {
  const requests: string[] = [];
  const http = createServer((request, response) => {
    const asked = `${request.method} ${request.url}`;
    requests.push(asked);
    const mishap = server.mishap?.(asked);
    if (mishap?.kind === 'status') {
      response.writeHead(mishap.status).end();
    } else if (mishap?.kind === 'drip') {
      drip(response);
    } else if (mishap?.kind !== 'hang') {
      if (server.protocolVersion === 0) {
        delete request.headers['git-protocol'];
      }
      runBackend(directory, { request, response, cutAfter: mishap?.afterBytes ?? Number.POSITIVE_INFINITY });
    }
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server: GitServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    mishap: undefined,
    protocolVersion: 2,
    close: () =>
      new Promise((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
  return server;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly cutAfter: number;
}

/** CGI (RFC 3875): the request becomes environment and stdin, stdout becomes header and body. */
function runBackend(directory: string, { request, response, cutAfter }: Exchange): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const header = (name: string) => String(request.headers[name] ?? '');
  const backend = spawn('git', ['http-backend'], {
    env: {
      ...{ PATH: process.env['PATH'], LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
      ...{ GIT_PROJECT_ROOT: directory, GIT_HTTP_EXPORT_ALL: '1', REMOTE_ADDR: '127.0.0.1' },
      ...{ REQUEST_METHOD: request.method, PATH_INFO: decodeURIComponent(pathname), QUERY_STRING: search.slice(1) },
      ...{ CONTENT_TYPE: header('content-type'), HTTP_CONTENT_ENCODING: header('content-encoding') },
      ...{ GIT_PROTOCOL: header('git-protocol'), HTTP_GIT_PROTOCOL: header('git-protocol') },
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  backend.stdin.on('error', () => {});
  request.pipe(backend.stdin);
  const sendBody = bodySender(response, cutAfter);
  let head = Buffer.alloc(0);
  let isBody = false;
  backend.stdout.on('data', (chunk: Buffer) => {
    if (isBody) {
      sendBody(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end >= 0) {
      isBody = true;
      writeHead(response, head.toString('latin1', 0, end));
      sendBody(head.subarray(end + 4));
    }
  });
  backend.on('close', () => response.end());
}

function bodySender(response: ServerResponse, cutAfter: number): (chunk: Buffer) => void {
  let sent = 0;
  return (chunk) => {
    const kept = chunk.subarray(0, Math.max(0, cutAfter - sent));
    sent += kept.length;
    response.write(kept);
    if (kept.length < chunk.length) {
      setTimeout(() => response.destroy(), 20); // what was written goes out first
    }
  };
}

function writeHead(response: ServerResponse, head: string): void {
  const fields = head.split('\r\n').map((line) => line.split(': ') as [string, string]);
  const status = Number(fields.find(([name]) => name === 'Status')?.[1].slice(0, 3) ?? 200);
  response.writeHead(status, Object.fromEntries(fields.filter(([name]) => name !== 'Status')));
}
