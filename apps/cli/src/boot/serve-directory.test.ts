import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type DirectoryServer, parseRange, pathSegments, serveDirectory } from './serve-directory.ts';

let directory: string;
let server: DirectoryServer;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-serve-'));
  await mkdir(join(directory, 'root/deep'), { recursive: true });
  await writeFile(join(directory, 'secret'), 'secret');
  await writeFile(join(directory, 'root/deep/a+b ~1.rpm'), '0123456789');
  await writeFile(join(directory, 'root/empty'), '');
  await symlink('../secret', join(directory, 'root/leak'));
  server = await serveDirectory(join(directory, 'root'));
});

after(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

/** Without the normalisation of URLs that fetch does. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path, headers, method }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    })
      .on('error', reject)
      .end();
  });
}

test('gives a file, its size to HEAD, and an empty file', async () => {
  assert.equal((await get('/deep/a+b%20~1.rpm?x')).body, '0123456789');
  const head = await get('/deep/a%2Bb%20%7E1.rpm', {}, 'HEAD');
  assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '10']);
  const empty = await get('/empty');
  assert.deepEqual([empty.status, empty.body], [200, '']);
});

test('gives a part of a file', async () => {
  const part = await get('/deep/a+b%20~1.rpm', { range: 'bytes=2-4' });
  assert.deepEqual([part.status, part.body, part.headers['content-range']], [206, '234', 'bytes 2-4/10']);
  assert.equal((await get('/deep/a+b%20~1.rpm', { range: 'bytes=-3' })).body, '789');
  assert.equal((await get('/deep/a+b%20~1.rpm', { range: 'bytes=8-99' })).body, '89');
  assert.equal((await get('/deep/a+b%20~1.rpm', { range: 'bytes=10-' })).status, 416);
  assert.equal((await get('/deep/a+b%20~1.rpm', { range: 'bytes=0-1,3-4' })).body, '0123456789');
});

test('gives nothing outside of its directory, no directory, and takes nothing', async () => {
  for (const path of ['/', '/deep', '/../secret', '/%2e%2e/secret', '/..%2fsecret', '/leak', '/%00', '/%zz', '/no']) {
    assert.equal((await get(path)).status, 404, path);
  }
  assert.equal((await get('/empty', {}, 'PUT')).status, 405);
  assert.equal((await get('/empty', {}, 'DELETE')).status, 405);
});

test('no URL leads to a segment that leaves the directory', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webPath()), (url) => {
      for (const segment of pathSegments(url) ?? []) {
        assert.ok(segment !== '' && segment !== '.' && segment !== '..' && !/[/\\\0]/.test(segment));
      }
    }),
  );
});

test('a range lies within the file', () => {
  const header = fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,16}-\d{0,16}$/));
  fc.assert(
    fc.property(header, fc.nat(), (text, sizeBytes) => {
      const range = parseRange(text, sizeBytes);
      if (typeof range === 'object') {
        assert.ok(range.first >= 0 && range.first <= range.last && range.last < sizeBytes);
      }
    }),
  );
});
