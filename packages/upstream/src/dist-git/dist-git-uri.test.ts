import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distGitUri, lookasideUri } from './dist-git-uri.ts';

test('the variables of an address are filled, escaped in URLs and as they are in paths', () => {
  assert.equal(
    distGitUri('https://example.org/rpms/$pkg.git', 'gtk+ 2?#%'),
    'https://example.org/rpms/gtk%2B%202%3F%23%25.git',
  );
  assert.equal(distGitUri('/srv/git/$pkg', 'libstdc++'), '/srv/git/libstdc++');
  assert.equal(
    lookasideUri('https://example.org/$pkg/$filename/$hashtype/$hash/$filename', {
      ...{ pkg: 'a', filename: 'x&$hash y', hashType: 'SHA512', hash: 'ab' },
    }),
    'https://example.org/a/x%26%24hash%20y/sha512/ab/x%26%24hash%20y',
  );
  assert.equal(distGitUri('https://example.org/$other/$pkg', '$&'), 'https://example.org/$other/%24%26');
});

test('a value cannot lead to another directory', () => {
  for (const name of ['', '.', '..', 'a/b', 'a\\b', 'a\nb', '\ud800']) {
    assert.throws(() => distGitUri('https://example.org/$pkg', name), { code: 'UPSTREAM_BAD_ADDRESS' }, name);
  }
});
