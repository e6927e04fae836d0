import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { mapConcurrently } from '@slipway/core';
import { formatDemoSpec, type ReleaseKind, randomFrom, specSize } from './spec-corpus.ts';

export interface DistGitPackage {
  readonly name: string;
  readonly kind: ReleaseKind;
}

/** The branch of every repository, and a time that all of its commits but the last are before. */
export const distGitBranch = 'f43';
export const snapshotTime = '2026-02-24T00:00:00Z';

const seed = 0x51_19_0a_42;
const firstCommit = Date.UTC(2022, 0, 1) / 1000;
const lastCommit = Date.UTC(2026, 5, 1) / 1000;
/** Commits that a package has at least, and how many more at most; those that are counted from history have more of it. */
const historyLength = { static: [2, 4], autospec: [8, 25] } as const;

/** Makes bare repositories `<directory>/<name>`, each by one `git fast-import`. */
export async function makeRepositories(directory: string, packages: readonly DistGitPackage[]): Promise<void> {
  const random = randomFrom(seed);
  const streams = packages.map((each) => ({ path: join(directory, each.name), stream: history(each, random) }));
  await mapConcurrently(streams, 2 * availableParallelism(), ({ path, stream }) => makeRepository(path, stream));
}

async function makeRepository(path: string, stream: string): Promise<void> {
  for (const each of ['objects/pack', 'refs/heads']) {
    mkdirSync(join(path, each), { recursive: true });
  }
  writeFileSync(join(path, 'HEAD'), `ref: refs/heads/${distGitBranch}\n`);
  writeFileSync(join(path, 'config'), config);
  const child = spawn('git', ['fast-import', '--quiet'], {
    env: { PATH: process.env.PATH, GIT_DIR: path },
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  child.stdin.end(stream);
  const status = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  if (status !== 0) {
    throw new Error(`git fast-import ended with status ${status} for ${path}`);
  }
}

/** A server that cannot make partial clones: the caches are filled in half the time, and are the same in the end. */
const config = `[core]
	repositoryformatversion = 0
	bare = true
[fastimport]
	unpackLimit = 0
`;

function history({ name, kind }: DistGitPackage, random: () => number): string {
  const [least, more] = historyLength[kind];
  const count = least + Math.floor(random() * more);
  const spec = formatDemoSpec(name, specSize(random), random, kind);
  const fixed = {
    '.gitignore': `/${name}-*.tar.gz\n`,
    [`${name}-local.patch`]: patch(name),
    ...testFiles(name, random),
  };
  const commits = Array.from({ length: count }, (_, at) => {
    const isLast = at === count - 1;
    const time = isLast ? lastCommit : firstCommit + at * 40 * 24 * 3600;
    return commit(at, time, {
      ...(at === 0 ? fixed : {}),
      ...(at % 4 === 3 ? {} : { [`${name}.spec`]: versionOf(spec, at), sources: sourcesOf(name, at) }),
    });
  });
  return commits.join('');
}

/** Every third commit brings a version; the others change what stands beside it, or nothing (a mass rebuild). */
function versionOf(spec: string, at: number): string {
  return spec
    .replace('Version:        1.2.3', `Version:        1.2.${Math.floor(at / 3)}`)
    .replace('https://example.org/demo', `https://example.org/r${at}/demo`);
}

function sourcesOf(name: string, at: number): string {
  const hash = `${at}`.padStart(128, '0');
  return `SHA512 (${name}-1.2.${Math.floor(at / 3)}.tar.gz) = ${hash}\n`;
}

function patch(name: string): string {
  return `--- a/configure\n+++ b/configure\n@@ -1 +1 @@\n-${name}\n+${name} of ours\n`.repeat(30);
}

/** Most repositories have files beside that no build needs. */
function testFiles(name: string, random: () => number): Readonly<Record<string, string>> {
  const count = Math.floor(random() * 6);
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`tests/check-${at}.sh`, `#!/bin/sh\n${name} --check ${at}\n`]),
  );
}

/** git-fast-import(1) */
function commit(at: number, time: number, files: Readonly<Record<string, string>>): string {
  const who = `Jane Doe <jane@example.org> ${time} +0000`;
  const message =
    at % 4 === 3 ? 'Rebuilt for a mass rebuild\n' : `Update to revision ${at}\n\nResolves: rhbz#${1e6 + at}\n`;
  const changes = Object.entries(files).map(([path, text]) => {
    return `M ${path.startsWith('tests/') ? '100755' : '100644'} inline ${path}\n${data(text)}`;
  });
  return `commit refs/heads/${distGitBranch}\nauthor ${who}\ncommitter ${who}\n${data(message)}${changes.join('')}\n`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
