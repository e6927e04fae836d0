import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProgram, sha256 } from '@slipway/core';
import { decompressGzip, decompressZstd, readTar } from '@slipway/formats';
import { FileTree, generatedContent, generatedFile, rootOwned } from '@slipway/tree';
import { inTemporaryDirectory, unlessInstalled } from '../image/judges.test-support.ts';
import { backwardsContent, collect, sampleTree } from '../image/sample-tree.test-support.ts';
import { type OciImageRequest, writeOciLayout } from './write-oci-layout.ts';

function request(change: Partial<OciImageRequest> = {}): OciImageRequest {
  return {
    layers: [{ tree: sampleTree(), content: generatedContent, createdBy: 'sample' }],
    config: {
      entrypoint: ['/hello'],
      cmd: ['world'],
      env: ['PATH=/usr/bin', 'GREETING=hello = there'],
      workingDir: '/usr',
      user: '1000:100',
      labels: { 'org.opencontainers.image.title': 'Sample' },
      created: 1_790_000_000,
    },
    architecture: 'amd64',
    ref: '1.0-20260921',
    ...change,
  };
}

async function jsonOf(directory: string, path: string) {
  return JSON.parse(await readFile(join(directory, path), 'utf8'));
}

/** Every file of the layout by its path. */
async function snapshot(directory: string): Promise<Map<string, string>> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name));
  const digests = await Promise.all(
    files
      .sort()
      .map(async (file): Promise<[string, string]> => [file.slice(directory.length), sha256(await readFile(file))]),
  );
  return new Map(digests);
}

describe('an OCI layout', () => {
  test('has blobs named by their digests and a configuration that names the uncompressed layers', async () => {
    for (const compression of ['gzip', 'zstd'] as const) {
      await inTemporaryDirectory(async (directory) => {
        const layout = join(directory, 'image');
        const image = await writeOciLayout(layout, request({ layerCompression: { compression, level: 3 } }));
        const files = await snapshot(layout);
        assert.deepEqual([...files.keys()].length, 5);
        for (const [path, digest] of files) {
          assert.ok(!path.startsWith('/blobs/') || path === `/blobs/sha256/${digest}`, path);
        }
        const index = await jsonOf(layout, 'index.json');
        assert.equal(index.manifests[0].digest, `sha256:${image.manifestDigest}`);
        assert.equal(index.manifests[0].annotations['org.opencontainers.image.ref.name'], '1.0-20260921');
        const config = await jsonOf(layout, `blobs/sha256/${image.configDigest}`);
        const layer = await readFile(join(layout, 'blobs/sha256', image.layers[0]?.digest ?? ''));
        const tar = await collect((compression === 'gzip' ? decompressGzip : decompressZstd)([layer]));
        assert.deepEqual(config.rootfs.diff_ids, [`sha256:${sha256(tar)}`]);
        assert.equal(config.created, '2026-09-21T14:13:20Z');
        assert.equal(layer.length, image.layers[0]?.sizeBytes);
      });
    }
  });

  test('is the same each time, replaces an earlier layout and nothing else', async () => {
    await inTemporaryDirectory(async (directory) => {
      const layout = join(directory, 'image');
      await writeOciLayout(layout, request());
      const first = await snapshot(layout);
      await writeOciLayout(layout, request({ ref: 'other' }));
      assert.notDeepEqual(await snapshot(layout), first);
      await writeOciLayout(layout, request());
      assert.deepEqual(await snapshot(layout), first);
      assert.deepEqual(await readdir(directory), ['image']);
      await mkdir(join(directory, 'home'));
      await writeFile(join(directory, 'home', 'letter'), 'keep me');
      await assert.rejects(writeOciLayout(join(directory, 'home'), request()), { code: 'DISK_OCI_EXISTS' });
      await assert.rejects(writeOciLayout(join(directory, 'home/letter'), request()), { code: 'DISK_OCI_EXISTS' });
      assert.equal(await readFile(join(directory, 'home', 'letter'), 'utf8'), 'keep me');
    });
  });

  test('stays as it was when writing fails', async () => {
    await inTemporaryDirectory(async (directory) => {
      const layout = join(directory, 'image');
      await writeOciLayout(layout, request());
      const first = await snapshot(layout);
      const broken = { tree: sampleTree(), content: { async *stream() {} } };
      await assert.rejects(writeOciLayout(layout, request({ layers: [broken] })), { code: 'DISK_CONTENT_SIZE' });
      assert.deepEqual(await snapshot(layout), first);
      assert.deepEqual(await readdir(directory), ['image']);
    });
  });

  test('holds hard links after their targets, with attributes, devices and owner names', async () => {
    await inTemporaryDirectory(async (directory) => {
      const layout = join(directory, 'image');
      const names = { users: new Map([[0, 'root']]), groups: new Map([[6, 'disk']]) };
      const layers = [{ tree: sampleTree(), content: backwardsContent, names }];
      const image = await writeOciLayout(layout, request({ layers }));
      const layer = await readFile(join(layout, 'blobs/sha256', image.layers[0]?.digest ?? ''));
      const entries: Record<string, string> = {};
      const order: string[] = [];
      for await (const entry of readTar(decompressGzip([layer]))) {
        const target = 'linkTarget' in entry ? ` -> ${entry.linkTarget}` : '';
        entries[entry.path] = `${entry.type}${target} ${entry.user}:${entry.group} ${[...entry.xattrs.keys()]}`.trim();
        order.push(entry.path);
      }
      assert.equal(entries['usr/bin/a-ping'], 'file root: security.capability');
      assert.equal(entries['usr/bin/ping'], 'hardlink -> usr/bin/a-ping root: security.capability');
      assert.equal(entries['dev/vda'], 'block-device root:disk');
      assert.equal(entries.bin, 'symlink -> usr/bin root:');
      assert.ok(order.indexOf('usr/bin/ping') > order.indexOf('usr/bin/a-ping'));
    });
  });

  test('is refused with names and settings that runtimes would misread', async () => {
    const whiteout = new FileTree({ ...rootOwned(0o755, 0), type: 'directory' });
    whiteout.set('/.wh.etc', generatedFile('', rootOwned(0o644, 0)));
    const { config } = request();
    const wrong: readonly Partial<OciImageRequest>[] = [
      { ref: 'two words' },
      { ref: '' },
      { config: { ...config, env: ['PATH'] } },
      { config: { ...config, workingDir: 'usr' } },
      { config: { ...config, created: Number.NaN } },
      { layers: [{ tree: whiteout, content: generatedContent }] },
    ];
    await inTemporaryDirectory(async (directory) => {
      for (const change of wrong) {
        await assert.rejects(writeOciLayout(join(directory, 'i'), request(change)), { code: 'DISK_OCI_INVALID' });
      }
      assert.deepEqual(await readdir(directory), []);
    });
  });
});

describe('judges of OCI layouts', () => {
  test('skopeo inspects it and copies it to another form', { skip: unlessInstalled('skopeo') }, async () => {
    for (const compression of ['gzip', 'zstd'] as const) {
      await inTemporaryDirectory(async (directory) => {
        const layout = join(directory, 'image');
        const image = await writeOciLayout(layout, request({ layerCompression: { compression, level: 3 } }));
        const source = `oci:${layout}:1.0-20260921`;
        const inspected = await runProgram('skopeo', ['inspect', source]);
        assert.equal(inspected.status, 0, inspected.stderr);
        const facts = JSON.parse(inspected.stdout.toString());
        assert.equal(facts.Digest, `sha256:${image.manifestDigest}`);
        assert.equal(facts.Architecture, 'amd64');
        assert.deepEqual(facts.Labels, { 'org.opencontainers.image.title': 'Sample' });
        // Docker's own format has no zstd; the conversion for gzip reads the layer and checks its diff id.
        const target = compression === 'gzip' ? 'docker-archive' : 'oci-archive';
        const copyArguments = [
          '--insecure-policy',
          'copy',
          source,
          `${target}:${join(directory, 'copy.tar')}:sample:1`,
        ];
        const copied = await runProgram('skopeo', copyArguments);
        assert.equal(copied.status, 0, copied.stderr);
      });
    }
  });

  const rootSkip = process.getuid?.() === 0 ? false : 'devices and attributes can be unpacked by root only';

  test('umoci unpacks it with links, attributes, devices and owners', {
    skip: rootSkip || unlessInstalled('umoci', 'python3'),
  }, async () => {
    await inTemporaryDirectory(async (directory) => {
      const layout = join(directory, 'image');
      await writeOciLayout(layout, request());
      const bundle = join(directory, 'bundle');
      const unpacked = await runProgram('umoci', ['unpack', '--image', `${layout}:1.0-20260921`, bundle]);
      assert.equal(unpacked.status, 0, unpacked.stderr);
      const ping = await stat(join(bundle, 'rootfs/usr/bin/ping'));
      assert.deepEqual([ping.nlink, ping.size, ping.mtimeMs / 1000], [3, 12, 1_790_000_005]);
      const empty = await stat(join(bundle, 'rootfs/usr/empty'));
      assert.deepEqual([empty.uid, empty.gid, empty.mode & 0o7777], [1000, 100, 0o600]);
      assert.equal((await stat(join(bundle, 'rootfs/usr/bin/su'))).mode & 0o7777, 0o4755);
      assert.equal((await stat(join(bundle, 'rootfs/usr'))).mtimeMs / 1000, 1_790_000_000);
      const vda = await stat(join(bundle, 'rootfs/dev/vda'));
      assert.ok(vda.isBlockDevice() && vda.rdev === 0xfe00);
      const readAttribute = 'import os, sys; print(os.getxattr(sys.argv[1], "security.capability").hex())';
      const attribute = await runProgram('python3', ['-c', readAttribute, join(bundle, 'rootfs/usr/bin/ping')]);
      assert.equal(attribute.stdout.toString().trim(), '0100000200200000000000000000000000000000');
    });
  });

  test('runc runs a container of it', { skip: rootSkip || unlessInstalled('umoci', 'runc', 'gcc') }, async (t) => {
    await inTemporaryDirectory(async (directory) => {
      await writeFile(join(directory, 'hello.c'), helloSource);
      const built = await runProgram('gcc', [
        '-static',
        '-O1',
        '-o',
        join(directory, 'hello'),
        join(directory, 'hello.c'),
      ]);
      if (built.status !== 0) {
        return t.skip('gcc cannot link statically here');
      }
      const tree = sampleTree();
      tree.set('/hello', generatedFile(await readFile(join(directory, 'hello')), rootOwned(0o755, 0)));
      for (const path of ['/proc', '/sys', '/run']) {
        tree.set(path, { ...rootOwned(0o755, 0), type: 'directory' });
      }
      const layout = join(directory, 'image');
      await writeOciLayout(layout, request({ layers: [{ tree, content: generatedContent }] }));
      const bundle = join(directory, 'bundle');
      const unpacked = await runProgram('umoci', ['unpack', '--image', `${layout}:1.0-20260921`, bundle]);
      assert.equal(unpacked.status, 0, unpacked.stderr);
      const spec = await jsonOf(bundle, 'config.json');
      spec.process.terminal = false;
      // The test is about the image: control groups differ from machine to machine.
      spec.linux.resources = {};
      spec.linux.namespaces = spec.linux.namespaces.filter(({ type }: { type: string }) => type !== 'cgroup');
      spec.mounts = spec.mounts.filter(({ type }: { type: string }) => type !== 'cgroup');
      await writeFile(join(bundle, 'config.json'), JSON.stringify(spec));
      const name = `slipway-test-${process.pid}`;
      const runtime = ['--root', join(directory, 'run')];
      const ran = await runProgram('runc', [...runtime, 'run', '--bundle', bundle, name], { timeoutSeconds: 60 });
      if (ran.status !== 0 && /cgroup|namespace|mount|Operation not permitted/i.test(ran.stderr)) {
        return t.skip(`containers cannot be started here: ${ran.stderr.trim()}`);
      }
      assert.equal(ran.status, 0, ran.stderr);
      assert.equal(ran.stdout.toString(), 'hello = there world 1000:100 /usr\n');
    });
  });
});

const helloSource = `
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int count, char **arguments) {
  char directory[100];
  printf("%s %s %d:%d %s\\n", getenv("GREETING"), arguments[count - 1], getuid(), getgid(), getcwd(directory, 100));
  return 0;
}
`;
