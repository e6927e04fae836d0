import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { GitHistory } from '../../packages/upstream/src/testing/git-history.ts';
import { serveGit } from '../../packages/upstream/src/testing/git-server.ts';
import { type Loopback, serveFiles } from '../../packages/upstream/src/testing/loopback.ts';
import { type CliResult, slipway } from '../cli/fake-machine.ts';

/** Seconds of 2026-01-01T00:00:00Z. */
const newYear = 1_767_225_600;

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A project with components from a real git server and a real lookaside cache, both on loopback. */
export class SourcesProject {
  readonly root: string;
  readonly directory: string;
  readonly gitUrl: string;
  readonly web: Loopback;
  /** What the web server has. */
  readonly served: Map<string, Uint8Array>;

  private constructor(root: string, gitUrl: string, web: { server: Loopback; served: Map<string, Uint8Array> }) {
    this.root = root;
    this.directory = join(root, 'project');
    this.gitUrl = gitUrl;
    this.web = web.server;
    this.served = web.served;
  }

  static async open(t: TestContext): Promise<SourcesProject> {
    const root = mkdtempSync(join(tmpdir(), 'slipway-sources-'));
    t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
    mkdirSync(join(root, 'served'));
    const served = new Map<string, Uint8Array>();
    const [git, server] = await Promise.all([serveGit(join(root, 'served')), serveFiles(served)]);
    t.after(() => Promise.all([git.close(), server.close()]));
    return new SourcesProject(root, git.url, { server, served });
  }

  /** One commit of a package in dist-git. */
  publish(name: string, files: Files): void {
    new GitHistory(join(this.root, 'served', name), 'f43').commit({ message: `Import ${name}`, time: newYear, files });
  }

  /** Puts a file into the lookaside cache of a package and gives its line for `sources`. */
  upload(pkg: string, filename: string, content: string | Uint8Array): string {
    const hash = sha512(content);
    this.served.set(`cache/${pkg}/${filename}/sha512/${hash}/${filename}`, Buffer.from(content as Uint8Array));
    return `SHA512 (${filename}) = ${hash}\n`;
  }

  /** Writes the project: its distribution, with `settings`, then `text`. */
  define(text: string, { settings = '', ...files }: Files & { readonly settings?: string } = {}): void {
    const distro = `
[project]
default-distro = { name = "up", version = "43" }
[distros.up]
default-version = "43"
dist-git-base-uri = "${this.gitUrl}/$pkg"
lookaside-base-uri = "${this.web.url}/cache/$pkg/$filename/$hashtype/$hash/$filename"
${settings}
[distros.up.versions.43]
dist-git-branch = "f43"
[default-component-config]
spec = { type = "upstream", upstream-distro = { name = "up", snapshot = "2026-02-01T00:00:00Z" } }
`;
    this.#write({ 'slipway.toml': `${distro}\n${text}`, ...files });
  }

  #write(files: Files): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.directory, path)), { recursive: true });
      writeFileSync(join(this.directory, path), content);
    }
  }

  /** `slipway component …` in the project, with a cache of its own and without waiting for servers. */
  component(command: string, ...args: readonly string[]): Promise<CliResult> {
    const env = { PATH: process.env.PATH ?? '', SLIPWAY_CACHE: join(this.root, 'cache'), HOME: this.root };
    const network = ['--network-retries', '0'];
    return slipway(['component', ...command.split(' '), ...args, ...network], {
      ...{ env, directory: this.directory, home: this.root, now: () => newYear * 1000 + 1e10 },
    });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'latin1');
  }

  /** `mode path` of everything below a directory, temporary files included. */
  list(name: string): string[] {
    const directory = this.path(name);
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => `${(statSync(path).mode & 0o777).toString(8)} ${relative(directory, path)}`)
      .sort();
  }
}

export function sha512(content: string | Uint8Array): string {
  return createHash('sha512').update(content).digest('hex');
}
