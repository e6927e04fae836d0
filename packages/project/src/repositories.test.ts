import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embeddedDefaults } from './embedded-defaults.ts';
import { namedRepositories } from './repositories.ts';

test('sets are expanded by their layout', () => {
  const repositories = namedRepositories({
    rpmRepos: { fedora: { metalink: 'https://links.example/f43', gpgKey: '/keys/f43' } },
    rpmRepoSets: {
      koji: {
        template: 'koji-dist-repo',
        baseUri: 'https://koji.example/',
        namePrefix: 'koji-',
        subrepos: ['src', 'binary'],
      },
      own: { template: 'mine', baseUri: 'https://own.example', disableGpgCheck: true, gpgKey: '/unused' },
    },
    rpmRepoSetTemplates: {
      ...embeddedDefaults.resources?.rpmRepoSetTemplates,
      mine: { subrepos: [{ name: 'all', subpath: 'x/$basearch' }] },
    },
  });
  assert.deepEqual(
    repositories.map(({ name, kind, location, gpgKey }) => [name, kind, location.uri, gpgKey]),
    [
      ['all', 'binary', 'https://own.example/x/$basearch', undefined],
      ['fedora', 'binary', 'https://links.example/f43', '/keys/f43'],
      ['koji-binary', 'binary', 'https://koji.example/$basearch', undefined],
      ['koji-src', 'source', 'https://koji.example/src', undefined],
    ],
  );
});

test('the standard layout has two channels of three kinds', () => {
  const names = namedRepositories({
    ...embeddedDefaults.resources,
    rpmRepoSets: { s: { template: 'azl-standard', baseUri: 'https://x.example' } },
  });
  assert.deepEqual(
    names.map(({ name }) => name),
    ['base', 'base-debug', 'base-src', 'sdk', 'sdk-debug', 'sdk-src'],
  );
});
