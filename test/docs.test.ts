import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { errorCatalogue } from '@slipway/core';
import { referencePages } from '../tools/reference-pages.ts';

const root = join(import.meta.dirname, '..');
const longestReadme = 150;

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

const pages = tracked.filter((path) => path.endsWith('.md') && !path.startsWith('distros/'));
const packages = readdirSync(join(root, 'packages')).toSorted();

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

test('the generated reference is what the code says', async () => {
  for (const [name, text] of await referencePages()) {
    const path = `docs/reference/${name}`;
    const written = existsSync(join(root, path)) ? read(path) : '';
    assert.ok(written === text, `${path} is out of date: run node_modules/.bin/node tools/gen-reference.ts`);
  }
});

test('every relative link leads to a file or a heading', () => {
  const dead = pages.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(page, target))
      .map((target) => `${page}: ${target}`),
  );

  assert.deepEqual(dead, []);
});

function leadsSomewhere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, file))) {
    return false;
  }
  return anchor === undefined || headings(read(file)).has(anchor);
}

/** Anchors as code hosts make them of headings. */
function headings(text: string): Set<string> {
  const titles = [...withoutCode(text).matchAll(/^#+ +(.+)$/gm)].map(([, title = '']) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Fenced blocks may show what looks like links. */
function withoutCode(text: string): string {
  return text.replace(/^```[^]*?^```/gm, '');
}

test('no link names a line, which another change would move', () => {
  assert.deepEqual(
    pages.filter((page) => /\]\([^)]*#L\d+/.test(read(page))),
    [],
  );
});

test('files of the checkout that the pages name exist', () => {
  const place = /(?:^|[\s`"'(])((?:apps|bench|distros|docs|packages|test|tools)\/[\w./-]*\w)/g;
  const missing = pages
    .filter((page) => page !== 'CHANGELOG.md')
    .flatMap((page) =>
      [...read(page).matchAll(place)]
        .map(([, path = '']) => path)
        .filter((path) => !existsSync(join(root, path)) && !isBuilt(path))
        .map((path) => `${page}: ${path}`),
    );

  assert.deepEqual(missing, []);
});

/** What the main job makes is not there in a fresh clone. */
function isBuilt(path: string): boolean {
  return /^distros\/[^/]+\/(out|build)(\/|$)/.test(path);
}

test(`the README has at most ${longestReadme} lines`, () => {
  assert.ok(read('README.md').split('\n').length <= longestReadme);
});

test('the map in ARCHITECTURE.md has every package and app, and no other', () => {
  const [, map = ''] = /```text map\n([^]*?)```/.exec(read('ARCHITECTURE.md')) ?? [];
  const named = [...map.matchAll(/^ {2}([a-z]+)\/ +L\d/gm)].map(([, name = '']) => name);

  assert.deepEqual(named.toSorted(), [...packages, ...readdirSync(join(root, 'apps'))].toSorted());
});

test('every package says what it is for, shows an example, and names its formats and limits', () => {
  const incomplete = packages.filter((name) => {
    const file = `packages/${name}/README.md`;
    const text = existsSync(join(root, file)) ? read(file) : '';
    return !['# @slipway/', '```ts\n', '## Limits'].every((part) => text.includes(part));
  });

  assert.deepEqual(incomplete, []);
});

for (const name of packages) {
  test(`the example of ${name} prints what its README says`, () => {
    const text = read(`packages/${name}/README.md`);
    const [, code = '', output = ''] = /```ts\n([^]*?)```\n+```text\n([^]*?)```/.exec(text) ?? [];
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', code];
    const result = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });

    assert.notEqual(code, '', 'an example and its output');
    assert.equal(result.stderr, '');
    assert.equal(result.stdout, output);
  });
}

const sources = tracked
  .filter((path) => /^(packages|apps)\/.*\.ts$/.test(path) && !/\.test(-support)?\.ts$|\/testing\//.test(path))
  .filter((path) => !path.startsWith('packages/core/src/errors/'));

const areas = new Set(Object.keys(errorCatalogue).map((code) => code.slice(0, code.indexOf('_'))));

const used = new Set(
  sources
    .flatMap((path) => [...read(path).matchAll(/'([A-Z]+_[A-Z0-9_]+)'/g)].map(([, code = '']) => code))
    .filter((code) => areas.has(code.slice(0, code.indexOf('_')))),
);

test('every error code that the code uses is in the catalogue', () => {
  assert.deepEqual(
    [...used].filter((code) => !(code in errorCatalogue)),
    [],
  );
});

test('every error code of the catalogue is used', () => {
  assert.deepEqual(
    Object.keys(errorCatalogue).filter((code) => !used.has(code)),
    [],
  );
});
