import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { GitHistory } from '../../packages/upstream/src/testing/git-history.ts';
import { type GitServer, serveGit } from '../../packages/upstream/src/testing/git-server.ts';
import { type CliResult, slipway } from '../cli/fake-machine.ts';

/** Seconds of 2026-01-01T00:00:00Z, when the histories of tests begin. */
export const newYear = 1_767_225_600;
export const day = 86_400;

/** Of the project: 2026-02-01, one month into the histories. */
export const snapshot = '2026-02-01T00:00:00Z';

/** 2026-05-01: every run of the command happens then. */
const now = newYear + 120 * day;

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A project whose components come from a real git server on loopback. */
export class DistGitProject {
  /** Holds everything below: nothing else may be written. */
  readonly root: string;
  readonly directory: string;
  readonly server: GitServer;
  readonly #histories = new Map<string, GitHistory>();
  #own: GitHistory | undefined;

  private constructor(root: string, server: GitServer) {
    this.root = root;
    this.directory = join(root, 'project');
    this.server = server;
  }

  static async open(t: TestContext): Promise<DistGitProject> {
    const root = mkdtempSync(join(tmpdir(), 'slipway-dist-git-project-'));
    t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
    mkdirSync(join(root, 'served'));
    const server = await serveGit(join(root, 'served'));
    t.after(() => server.close());
    return new DistGitProject(root, server);
  }

  /** The upstream repository of a package; it begins on the branch f43. */
  package(name: string): GitHistory {
    const history = this.#histories.get(name) ?? new GitHistory(join(this.root, 'served', name), 'f43');
    this.#histories.set(name, history);
    return history;
  }

  /** A package with one commit, made on 2026-01-01. */
  publish(name: string, files: Files): string {
    return this.package(name).commit({ message: `Import ${name}`, time: newYear, files });
  }

  /** Writes `slipway.toml` (or `azldev.toml`) with the distributions and `text`, and other files of the project. */
  define(text: string, files: Files = {}, rootFile = 'slipway.toml'): void {
    this.write({ [rootFile]: `${this.#distros()}\n${text}`, ...files });
  }

  /** Components take the branch f43 at the snapshot time; version `rawhide` of the distribution follows its branch. */
  #distros(): string {
    return `
[distros.up]
default-version = "43"
dist-git-base-uri = "${this.server.url}/$pkg"
[distros.up.versions.43]
release-ver = "43"
dist-git-branch = "f43"
[distros.up.versions.rawhide]
dist-git-branch = "rawhide"
[default-component-config]
spec = { type = "upstream", upstream-distro = { name = "up", snapshot = "${snapshot}" } }
`;
  }

  write(files: Files): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.directory, path)), { recursive: true });
      writeFileSync(join(this.directory, path), content);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.directory, path), 'utf8');
  }

  remove(path: string): void {
    rmSync(join(this.directory, path), { recursive: true });
  }

  /** The files below a directory of the project with their contents; none when it does not exist. */
  files(path = 'specs'): Record<string, string> {
    return contentsOf(join(this.directory, path));
  }

  /** When the files below a directory were written: changes when anything is written there. */
  writeTimes(path = 'specs'): Record<string, number> {
    const directory = join(this.directory, path);
    const names = ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })].sort();
    return Object.fromEntries(names.map((name) => [name, statSync(join(directory, name)).mtimeMs]));
  }

  /** Commits everything of the project, on a day of 2026. */
  commit(message: string, ofYear: number): string {
    this.#own ??= new GitHistory(this.directory, 'main');
    return this.#own.commit({ message, time: newYear + ofYear * day });
  }

  /** `slipway component …` in the project, with a cache of its own. */
  component(command: string, ...args: readonly string[]): Promise<CliResult> {
    return this.run('component', ...command.split(' '), ...args);
  }

  run(...args: readonly string[]): Promise<CliResult> {
    return slipway(args, { env: this.environment, directory: this.directory, home: this.root, now: () => now * 1000 });
  }

  get environment(): Record<string, string> {
    return { PATH: process.env.PATH ?? '', SLIPWAY_CACHE: join(this.root, 'cache'), HOME: this.root };
  }
}

/** The text of every file below a directory by its relative path, dot files included. */
export function contentsOf(directory: string): Record<string, string> {
  if (!existsSync(directory)) {
    return {};
  }
  const paths = filesBelow(directory).sort();
  return Object.fromEntries(paths.map((path) => [relative(directory, path), readFileSync(path, 'utf8')]));
}

/** Links are not followed. */
function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

/** A spec of a package with what most tests need; `more` stands before the description. */
export function specOf(name: string, more = ''): string {
  return `Name: ${name}
Version: 1.0
Release: 1%{?dist}
Summary: A ${name}
License: MIT
Source0: https://example.org/${name}-%{version}.tar.gz
${more}
%description
A ${name}.

%prep
%autosetup

%files

%changelog
* Thu Jan 01 2026 Ada <ada@example.org> - 1.0-1
- First
`;
}
