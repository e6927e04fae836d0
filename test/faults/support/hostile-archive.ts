import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '@slipway/core';
import { generateSigningKey, type SigningKey, signCleartext } from '@slipway/trust';
import { buildDeb, type TestEntry } from '../../../packages/upstream/src/testing/debian-package.ts';

/** A Debian package of a test archive. */
export interface PoolPackage {
  /** Its paragraph in Packages, without Filename, Size and SHA256; ends with a newline. */
  readonly control: string;
  readonly path: string;
  readonly content: Buffer;
}

/** What the mirror does with a request: answers, answers with other bytes, breaks off, answers later, or never. */
export type Reply =
  | { readonly do: 'answer' }
  | { readonly do: 'lie'; readonly content: Buffer }
  | { readonly do: 'break-off'; readonly after: number }
  | { readonly do: 'wait'; readonly until: Promise<void> }
  | { readonly do: 'hang' };

export const answer: Reply = { do: 'answer' };

const suite = 'forky';

export interface Validity {
  /** Seconds since 1970. */
  readonly validUntil?: number;
}

/** A signed Debian archive on loopback that can be stopped, and made to misbehave, while a run uses it. */
export class HostileArchive {
  readonly #key: SigningKey;
  readonly #files = new Map<string, Buffer>();
  #server: Server | undefined;
  #port = 0;
  /** Paths that were asked for. */
  readonly requests: string[] = [];
  /** Decides about each request; answers by default. */
  behaviour: (path: string, content: Buffer) => Reply = () => answer;

  private constructor(key: SigningKey) {
    this.#key = key;
  }

  static async start(packages: readonly PoolPackage[], validity: Validity = {}): Promise<HostileArchive> {
    const archive = new HostileArchive(await archiveKey());
    await archive.publish(packages, validity);
    await archive.resume();
    return archive;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What clients trust, as apt wants it. */
  get keyring(): Uint8Array {
    return this.#key.publicKey.bytes;
  }

  /** Packages that were fetched from the pool since the last call. */
  takePoolRequests(): string[] {
    return this.requests.splice(0).filter((path) => path.startsWith('pool/'));
  }

  async publish(packages: readonly PoolPackage[], { validUntil = now() + 86_400 }: Validity = {}): Promise<void> {
    const paragraphs = packages.map(
      ({ control, path, content }) =>
        `${control}Filename: ${path}\nSize: ${content.length}\nSHA256: ${sha256(content)}\n`,
    );
    const indexes = new Map([
      ['main/binary-amd64/Packages', Buffer.from(paragraphs.join('\n'))],
      ['main/source/Sources', Buffer.from('')],
    ]);
    const lines = [...indexes].map(([path, content]) => ` ${sha256(content)} ${content.length} ${path}`);
    const release = [
      ...['Origin: Test', 'Label: Test', `Suite: ${suite}`, `Codename: ${suite}`, `Date: ${rfc822(now() - 3600)}`],
      ...[`Valid-Until: ${rfc822(validUntil)}`, 'Architectures: amd64', 'Components: main', 'SHA256:', ...lines, ''],
    ].join('\n');
    this.#files.clear();
    for (const { path, content } of packages) {
      this.#files.set(path, content);
    }
    for (const [path, content] of indexes) {
      this.#files.set(`dists/${suite}/${path}`, content);
    }
    const signed = await signCleartext(this.#key, release, { created: now() - 3600 });
    this.#files.set(`dists/${suite}/InRelease`, Buffer.from(signed));
  }

  /** No connection is possible any more, as without a network. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    }
  }

  /** At the same address as before. */
  async resume(): Promise<void> {
    if (this.#server === undefined) {
      const server = createServer((request, response) => this.#reply(request, response));
      await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
      this.#port = (server.address() as AddressInfo).port;
      this.#server = server;
    }
  }

  #reply(request: { url?: string | undefined; headers: { range?: string | undefined } }, response: ServerResponse) {
    const path = decodeURIComponent(request.url ?? '/').slice(1);
    this.requests.push(path);
    const content = this.#files.get(path);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const reply = this.behaviour(path, content);
    if (reply.do === 'answer') {
      sendFrom(response, content, Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0));
    } else if (reply.do === 'wait') {
      void reply.until.then(() => sendFrom(response, content, 0));
    } else if (reply.do === 'lie') {
      sendFrom(response, reply.content, 0);
    } else if (reply.do === 'break-off') {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, reply.after), () => setImmediate(() => response.destroy()));
    }
  }
}

function sendFrom(response: ServerResponse, content: Buffer, start: number): void {
  if (start === 0 || start >= content.length) {
    response.writeHead(200, { 'content-length': content.length }).end(content);
    return;
  }
  const range = `bytes ${start}-${content.length - 1}/${content.length}`;
  response
    .writeHead(206, { 'content-length': content.length - start, 'content-range': range })
    .end(content.subarray(start));
}

let key: Promise<SigningKey> | undefined;

/** apt's verifiers accept RSA from 2048 bits; one key serves every archive of a test file. */
function archiveKey(): Promise<SigningKey> {
  key ??= generateSigningKey({ userId: 'Test Archive', created: now() - 7200, algorithm: 'rsa4096' });
  return key;
}

export interface DebRequest {
  readonly name: string;
  readonly version?: string;
  /** Further control fields, each line with its newline. */
  readonly fields?: string;
  readonly entries?: readonly TestEntry[];
}

/** A small package with `/usr/share/NAME/data` and what else is asked for. */
export async function poolPackage({
  name,
  version = '1.0-1',
  fields = '',
  entries = [],
}: DebRequest): Promise<PoolPackage> {
  const control = `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nMaintainer: A <a@example.org>\n${fields}Description: test package\n`;
  const data = { path: `./usr/share/${name}/data`, content: `${name}\n`.repeat(500) };
  const content = await buildDeb({ control, entries: [data, ...entries] });
  return { control, path: `pool/main/${name}_${version}_amd64.deb`, content };
}

export const now = (): number => Math.floor(Date.now() / 1000);

function rfc822(seconds: number): string {
  return new Date(seconds * 1000).toUTCString().replace('GMT', 'UTC');
}
