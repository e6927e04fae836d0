import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvr } from '@slipway/rpm';
import { samplePackage } from '../testing/sample-sbom.ts';
import { rpmPackageUrl, sourcePackageUrl } from './package-url.ts';

const distribution = { id: 'Slipway', version: '1.0' };

test('a package URL encodes plus, caret and at, and leaves tilde and colon', () => {
  assert.equal(
    rpmPackageUrl(samplePackage('libstdc++6'), distribution),
    'pkg:rpm/slipway/libstdc%2B%2B6@2.0~rc1%5Egit5-3%2Bb1' +
      '?arch=x86_64&distro=Slipway-1.0&epoch=1&upstream=lib%2B%2Bsource%401:2.0~rc1-3%2Bb1',
  );
});

test('an epoch of zero and an unknown source are left out', () => {
  const { source: _source, ...pkg } = samplePackage('bash', { evr: parseEvr('5.2-1') });

  assert.equal(rpmPackageUrl(pkg, distribution), 'pkg:rpm/slipway/bash@5.2-1?arch=x86_64&distro=Slipway-1.0');
});

test('a source package is named in the terms of its distribution', () => {
  const source = { name: 'glibc', version: '1:2.41-12' };
  const origin = { component: 'main', path: 'x' };

  assert.equal(
    sourcePackageUrl(source, { ...origin, distribution: 'debian', format: 'deb' }),
    'pkg:deb/debian/glibc@1:2.41-12?arch=source',
  );
  assert.equal(
    sourcePackageUrl(source, { ...origin, distribution: 'fedora', format: 'rpm' }),
    'pkg:rpm/fedora/glibc@2.41-12?arch=src&epoch=1',
  );
});
