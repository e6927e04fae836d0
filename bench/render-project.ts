import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DistGitPackage, distGitBranch, snapshotTime } from './dist-git-repositories.ts';
import { demoOverlays } from './spec-corpus.ts';

/** Of a hundred components: those counted from history; those with overlays; those with macros of their own. */
const share = { autospec: 40, overlays: 5, macros: 3 };

/** Packages of the mix, in an order that does not put the same ones together. */
export function renderedPackages(count: number): DistGitPackage[] {
  return Array.from({ length: count }, (_, at) => ({
    name: `demo${at}`,
    kind: placeOf(at) < share.autospec ? 'autospec' : 'static',
  }));
}

/** 37 and 100 have no common factor: every place comes once in a hundred. */
function placeOf(at: number): number {
  return (at * 37) % 100;
}

/** Writes a project that takes `packages` from the repositories below `repositories`. */
export function writeRenderProject(directory: string, repositories: string, packages: readonly DistGitPackage[]): void {
  mkdirSync(join(directory, 'overlays'), { recursive: true });
  mkdirSync(join(directory, 'components'));
  writeFileSync(join(directory, 'slipway.toml'), rootFile(repositories));
  writeFileSync(join(directory, 'overlays/0001-fix.patch'), '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n');
  const own = packages.map(({ name }, at) => ({ name, settings: settingsOf(name, at) }));
  const bare = own.filter(({ settings }) => settings === '');
  writeFileSync(join(directory, 'components.toml'), bare.map(({ name }) => `[components.${name}]\n`).join(''));
  for (const { name, settings } of own.filter((each) => each.settings !== '')) {
    writeFileSync(join(directory, 'components', `${name}.comp.toml`), `[components.${name}]\n${settings}`);
  }
}

function rootFile(repositories: string): string {
  return `includes = ["components.toml", "components/*.comp.toml"]
[project]
default-distro = { name = "next" }
[distros.upstream]
default-version = "43"
dist-git-base-uri = "file://${repositories}/$pkg"
[distros.upstream.versions.43]
release-ver = "43"
dist-git-branch = "${distGitBranch}"
[distros.next]
default-version = "4"
[distros.next.versions.4.default-component-config]
spec = { type = "upstream", upstream-distro = { name = "upstream", snapshot = "${snapshotTime}" } }
`;
}

/** The last places of a hundred, so that both kinds of release have some. */
function settingsOf(name: string, at: number): string {
  const place = placeOf(at);
  const overlay = place >= share.autospec - 2 && place < share.autospec - 2 + share.overlays;
  const macros = place >= 100 - share.macros;
  return `${macros ? 'build = { with = ["tests"], without = ["doc"], defines = { demo_level = "2" } }\n' : ''}${overlay ? overlayOf(name, at) : ''}`;
}

/** Specs that are counted from history have no changelog with bugs in it. */
const usable = demoOverlays.filter((overlay) => !('regex' in overlay && overlay.regex.includes('rhbz')));

function overlayOf(name: string, at: number): string {
  const overlay = usable[at % usable.length];
  const fields = Object.entries(overlay ?? {}).map(([key, value]) => {
    const path = key === 'source' ? `../${value}` : value;
    return `${key} = ${JSON.stringify(path)}\n`;
  });
  return `[[components.${name}.overlays]]\ndescription = "shows what this kind does"\n${fields.join('')}`;
}

/** Commits everything in the project; `message` says what for. */
export function commitProject(directory: string, message: string): void {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: directory, env: { ...process.env, ...identity }, stdio: 'pipe' });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '-m', message);
}

const identity = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Jane Doe',
  GIT_AUTHOR_EMAIL: 'jane@example.org',
  GIT_AUTHOR_DATE: '@1772000000 +0000',
  GIT_COMMITTER_NAME: 'Jane Doe',
  GIT_COMMITTER_EMAIL: 'jane@example.org',
  GIT_COMMITTER_DATE: '@1772000000 +0000',
};
