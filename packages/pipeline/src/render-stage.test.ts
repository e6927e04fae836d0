import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Store, sha256, silentProgress } from '@slipway/core';
import type { SigningKey } from '@slipway/trust';
import { Lookaside } from '@slipway/upstream';
import { serveFiles } from '../../upstream/src/testing/loopback.ts';
import { renderStage } from './render-stage.ts';
import type { Snapshot } from './snapshot.ts';
import { gatherRequests } from './upstream-requests.ts';
import { openWorkspace } from './workspace.ts';

const inputs = { snapshot: { sources: [] } as unknown as Snapshot, key: { publicKeyArmored: 'K' } as SigningKey };

const tool = `
[components.tool]
spec = { type = "local", path = "tool.spec" }
`;

interface Fixture {
  readonly directory: string;
  readonly served: Map<string, Uint8Array>;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** The rendered component, in a new run. */
  render(options?: { readonly withLookaside?: boolean }): ReturnType<typeof renderTool>;
}

async function open(t: TestContext): Promise<Fixture> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-render-stage-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const served = new Map<string, Uint8Array>();
  const server = await serveFiles(served);
  t.after(() => server.close());
  const write = async (files: Readonly<Record<string, string>>) => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, 'project', path)), { recursive: true });
      await writeFile(join(directory, 'project', path), content);
    }
  };
  await write({
    'slipway.toml': `includes = ["tool/*.comp.toml"]
[project]
default-distro = { name = "ours" }
[distros.ours]
default-version = "1"
lookaside-base-uri = "${server.url}/$filename"
[distros.ours.versions.1]
`,
    'tool/tool.comp.toml': tool,
    ...{ 'tool/tool.spec': 'Name: tool\n', 'tool/data': 'a\n', 'tool/other.spec': 'Name: other\n' },
  });
  return { directory, served, write, render: (options) => renderTool(directory, options) };
}

async function renderTool(directory: string, { withLookaside = true } = {}) {
  const store = new Store(join(directory, 'cache/store'));
  const options = {
    ...{ cacheDirectory: join(directory, 'cache'), store, code: sha256('test'), now: 0, offline: false },
    ...{ timeoutSeconds: 20, retries: 0, concurrency: 2, wait: async () => {} },
  };
  const workspace = await openWorkspace({
    ...{ project: join(directory, 'project'), cacheDirectory: join(directory, 'cache') },
    ...{ stateDirectory: join(directory, 'state'), aptSources: [], isRoot: false, now: () => 0 },
    progress: silentProgress,
    ...(withLookaside ? { openLookaside: async () => new Lookaside(options) } : {}),
  });
  const { value } = await renderStage(workspace, await gatherRequests(workspace.loaded), inputs);
  assert.ok(value[0]);
  return value[0];
}

test('what a component is built from depends on its files, not on the files that define the project', async (t) => {
  const { write, render } = await open(t);
  const first = await render();
  assert.deepEqual(
    first.sources.map(({ name }) => name),
    ['data'],
  );
  await write({ 'tool/tool.comp.toml': `# says the same\n${tool}`, 'tool/other.spec': 'Name: else\n' });
  assert.equal((await render()).digest, first.digest);
  await write({ 'tool/data': 'b\n' });
  assert.notEqual((await render()).digest, first.digest);
});

test('files outside of the project and links are refused', async (t) => {
  const { directory, write, render } = await open(t);
  const overlay = '[[components.tool.overlays]]\ntype = "file-add"\nfile = "x"\ndescription = "why"\n';
  await writeFile(join(directory, 'secret'), 'x');
  await write({ 'tool/tool.comp.toml': `${tool}${overlay}source = "../../secret"\n` });
  await assert.rejects(render(), { code: 'RENDER_OUTSIDE' });
  await write({ 'tool/tool.comp.toml': tool });
  await symlink('../../secret', join(directory, 'project/tool/link'));
  await assert.rejects(render(), { code: 'RENDER_SYMLINK' });
});

test('files of the sources file and with a download origin are fetched and verified', async (t) => {
  const { served, write, render } = await open(t);
  const hash = (text: string) => createHash('sha512').update(text).digest('hex');
  await write({
    'tool/sources': `SHA512 (one.tar) = ${hash('one')}\nSHA512 (data) = ${hash('a\n')}\n`,
    'tool/tool.comp.toml': `${tool}
source-files = [
  { filename = "two.tar", hash-type = "SHA512", hash = "${hash('two')}", origin = { type = "download" } },
  { filename = "key", origin = { type = "signing-key" } },
]
`,
  });
  served.set('one.tar', Buffer.from('one'));
  served.set('two.tar', Buffer.from('no'));
  await assert.rejects(render(), { code: 'UPSTREAM_DIGEST_MISMATCH' });
  await assert.rejects(render({ withLookaside: false }), { code: 'PIPELINE_MISSING_SOURCE' });
  served.set('two.tar', Buffer.from('two'));
  const { sources } = await render();

  assert.deepEqual(
    sources.map(({ name, content }) => [name, content.kind === 'stored' ? content.digest : String(content.bytes)]),
    [
      ['key', 'K'],
      ['data', 'a\n'],
      ['sources', `SHA512 (one.tar) = ${hash('one')}\nSHA512 (data) = ${hash('a\n')}\n`],
      ['one.tar', sha256('one')],
      ['two.tar', sha256('two')],
    ],
  );
});
