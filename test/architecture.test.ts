import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** ARCHITECTURE.md, "Where things live": a package imports from lower layers only. */
const layers: Readonly<Record<string, number>> = {
  core: 0,
  formats: 1,
  trust: 1,
  rpm: 2,
  spec: 2,
  tree: 2,
  disk: 3,
  repo: 3,
  solver: 3,
  project: 3,
  upstream: 4,
  build: 4,
  compose: 4,
  release: 5,
  render: 5,
  pipeline: 6,
  cli: 7,
};

const longestFile = 400;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'packages', 'apps'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path.endsWith('.ts') && existsSync(join(root, path)));

interface Import {
  readonly file: string;
  readonly owner: string;
  readonly specifier: string;
}

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const owner = file.split('/')[1] ?? '';
  return [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g),
  ].map((match) => ({
    file,
    owner,
    specifier: match[1] ?? match[2] ?? '',
  }));
});

function isTest(file: string): boolean {
  return /\.test(-support)?\.ts$/.test(file) || file.includes('/testing/');
}

test('every package has a layer, and the layers have no other package', () => {
  const owners = new Set(files.map((file) => file.split('/')[1] ?? ''));

  assert.deepEqual(
    [...owners].filter((owner) => layers[owner] === undefined),
    [],
  );
});

test('a package imports from lower layers only', () => {
  const wrong = imports
    .filter(({ specifier }) => specifier.startsWith('@slipway/'))
    .filter(({ owner, specifier }) => (layers[specifier.slice('@slipway/'.length)] ?? 99) >= (layers[owner] ?? -1))
    .filter(({ file }) => !isTest(file));

  assert.deepEqual(wrong, []);
});

test('a package is imported by its name, never by a path into it', () => {
  const wrong = imports.filter(({ file, owner, specifier }) => {
    if (specifier.startsWith('@slipway/')) {
      return specifier.split('/').length > 2;
    }
    const target = specifier.startsWith('.') ? relative(root, join(root, dirname(file), specifier)) : '';
    const own = file.startsWith('apps/') ? `apps/${owner}/` : `packages/${owner}/`;
    return specifier.startsWith('.') && !target.startsWith(own) && !isTest(file);
  });

  assert.deepEqual(wrong, []);
});

test('a package declares what it imports, and core imports nothing but Node', () => {
  const wrong = imports
    .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
    .filter(({ file, owner, specifier }) => {
      const place = file.startsWith('apps/') ? 'apps' : 'packages';
      const manifest = JSON.parse(readFileSync(join(root, place, owner, 'package.json'), 'utf8')) as {
        dependencies: object;
      };
      const name = specifier.startsWith('@')
        ? specifier.split('/').slice(0, 2).join('/')
        : (specifier.split('/')[0] ?? '');
      return !isTest(file) && (owner === 'core' || !(name in manifest.dependencies));
    });

  assert.deepEqual(wrong, []);
});

test('only apps read the environment, the arguments and the clock, or print', () => {
  const forbidden =
    /process\.(env|argv|stdout|stderr|exit)\b|Date\.now\(|new Date\(\)|Math\.random\(|console\.(log|error|warn)/;
  const allowed = new Set(['packages/core/src/run-program.ts']); // children inherit the environment
  const wrong = files.filter(
    (file) =>
      file.startsWith('packages/') &&
      !isTest(file) &&
      !allowed.has(file) &&
      forbidden.test(code(readFileSync(join(root, file), 'utf8'))),
  );

  assert.deepEqual(wrong, []);
});

test('no file is longer than a reader can hold', () => {
  const long = files
    .filter((file) => !isTest(file))
    .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > longestFile);

  assert.deepEqual(long, []);
});

test('files are named in kebab-case and not after drawers', () => {
  const wrong = files.filter((file) => {
    const name = file.slice(file.lastIndexOf('/') + 1).replace(/(\.test(-support)?)?\.ts$/, '');
    return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || /^(utils?|helpers?|common|misc|manager|service)$/.test(name);
  });

  assert.deepEqual(wrong, []);
});

/** Without comments, which may mention anything. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}
