import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Store, sha256 } from '@slipway/core';
import { loadProject } from '@slipway/project';
import { DistGit } from '@slipway/upstream';
import { SourceLoader } from './component-sources.ts';
import { type RenderOutcome, renderComponents } from './render-components.ts';

const root = `[components.demo]
spec = { type = "local", path = "demo/demo.spec" }
release = { calculation = "manual" }
[[components.demo.overlays]]
type = "file-add"
description = "what the service needs"
file = "demo.conf"
source = "overlays/demo.conf"
`;

const files: Readonly<Record<string, string>> = {
  'slipway.toml': root,
  'demo/demo.spec': 'Name: demo\nVersion: 1\nRelease: 1\nSource0: demo.conf\n\n%description\nDemo.\n\n%changelog\n',
  'overlays/demo.conf': 'level = 1\n',
};

interface Fixture {
  readonly directory: string;
  /** Where `demo` is rendered. */
  readonly rendered: string;
  /** A run of the program of its own. */
  render(check?: boolean): Promise<RenderOutcome>;
}

function openFixture(t: TestContext): Fixture {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-render-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return { directory, rendered: join(directory, 'specs/d/demo'), render: (check) => renderDemo(directory, check) };
}

async function renderDemo(directory: string, check = false): Promise<RenderOutcome> {
  const project = await loadProject(directory);
  const cache = join(directory, 'cache');
  const distGit = new DistGit({
    ...{ cacheDirectory: cache, store: new Store(cache), code: sha256('test'), now: 0, offline: true },
    ...{ timeoutSeconds: 1, retries: 0, wait: async () => {}, concurrency: 1 },
  });
  const [outcome] = await renderComponents({
    ...{ project, components: [...project.components.values()], sources: new SourceLoader(project, distGit) },
    ...{ lock: undefined, lockHistory: new Map(), directory: project.directories.renderedSpecs },
    ...{ check, concurrency: 2 },
  });
  return outcome as RenderOutcome;
}

function changes({ status, differences }: RenderOutcome): unknown {
  return [status, ...differences.map(({ change, path }) => `${change} ${path}`)];
}

test('what is rendered already is not written again', async (t) => {
  const { render } = openFixture(t);

  assert.deepEqual(changes(await render()), ['written', 'added demo.conf', 'added demo.spec']);
  assert.deepEqual(changes(await render()), ['unchanged']);
  assert.deepEqual(changes(await render(true)), ['unchanged']);
});

test('a rendered file that somebody touched is noticed, and put right', async (t) => {
  const { rendered, render } = openFixture(t);
  await render();
  const touches: readonly [expected: string, touch: () => void][] = [
    ['changed demo.conf', () => writeFileSync(join(rendered, 'demo.conf'), 'level = 9\n')],
    ['mode demo.conf', () => chmodSync(join(rendered, 'demo.conf'), 0o755)],
    ['added demo.conf', () => rmSync(join(rendered, 'demo.conf'))],
    ['removed more', () => writeFileSync(join(rendered, 'more'), '')],
    ['removed link', () => symlinkSync('demo.conf', join(rendered, 'link'))],
  ];
  for (const [expected, touch] of touches) {
    touch();
    assert.deepEqual(changes(await render(true)), ['would-change', expected]);
    assert.deepEqual(changes(await render()), ['written', expected]);
  }
  assert.equal(readFileSync(join(rendered, 'demo.conf'), 'utf8'), 'level = 1\n');
});

test('a changed source of an overlay is noticed, and a changed spec too', async (t) => {
  const { directory, render } = openFixture(t);
  await render();
  writeFileSync(join(directory, 'overlays/demo.conf'), 'level = 2\n');
  assert.deepEqual(changes(await render()), ['written', 'changed demo.conf']);
  writeFileSync(join(directory, 'demo/demo.spec'), `${files['demo/demo.spec']}More.\n`);
  assert.deepEqual(changes(await render()), ['written', 'changed demo.spec']);
});

test('a component that cannot be rendered has the reason in place of its files', async (t) => {
  const { directory, rendered, render } = openFixture(t);
  await render();
  writeFileSync(join(directory, 'demo/demo.conf'), 'upstream has it now\n');
  const failed = await render();

  assert.equal(failed.error?.code, 'SPEC_FILE_EXISTS');
  assert.match(readFileSync(join(rendered, 'RENDER_FAILED'), 'utf8'), /^SPEC_FILE_EXISTS: /);
  assert.deepEqual(changes(failed), ['failed', 'added RENDER_FAILED', 'removed demo.conf', 'removed demo.spec']);
});
