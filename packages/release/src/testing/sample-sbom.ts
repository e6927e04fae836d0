import { sha256 } from '@slipway/core';
import { parseEvr } from '@slipway/rpm';
import fc from 'fast-check';
import type { SbomDocumentInfo, SbomPackage } from '../sbom/sbom-input.ts';

/** A package of an invented distribution; every fact can be replaced. */
export function samplePackage(name: string, facts: Partial<SbomPackage> = {}): SbomPackage {
  return {
    name,
    evr: parseEvr('1:2.0~rc1^git5-3+b1'),
    arch: 'x86_64',
    license: 'MIT AND (GPL-2.0-or-later WITH Classpath-exception-2.0 OR GPLv2+)',
    vendor: 'Slipway Linux',
    packager: 'Jo Maintainer <jo@example.org>',
    summary: `What ${name} does`,
    homepage: 'https://example.org/',
    sha256: sha256(name),
    sizeBytes: 12_345,
    fileName: `${name}-2.0~rc1^git5-3+b1.x86_64.rpm`,
    source: { name: 'lib++source', version: '1:2.0~rc1-3+b1' },
    origin: {
      distribution: 'debian',
      format: 'deb',
      component: 'main',
      path: `pool/main/l/${name}.deb`,
      sha256: sha256(`${name}.deb`),
    },
    requires: [],
    ...facts,
  };
}

export const sampleImage: SbomDocumentInfo = {
  subject: {
    kind: 'image',
    name: 'cloud',
    version: '2026.11.20',
    type: 'operating-system',
    files: [
      { name: 'cloud.qcow2', sizeBytes: 1 << 20, sha256: sha256('qcow2') },
      { name: 'cloud.vhd', sizeBytes: 2 << 20, sha256: sha256('vhd') },
    ],
  },
  distribution: { id: 'slipway', version: '1.0' },
  architecture: 'x86_64',
  author: 'The Slipway Project (release team)',
  namespaceBase: 'https://slipway.example/spdx/',
  created: 1_763_650_800,
  tool: { name: 'slipway', version: '0.1.0' },
};

export function samplePackages(): SbomPackage[] {
  const glibc = samplePackage('glibc', { license: 'LGPL-2.1-or-later', source: { name: 'glibc', version: '2.41-12' } });
  const bash = samplePackage('bash', { license: 'GPL-3.0-or-later', requires: [glibc.sha256] });
  const firmware = samplePackage('firmware', {
    license: 'Redistributable, no modification permitted',
    packager: '',
    vendor: '',
    homepage: 'not an address',
    summary: '',
    arch: 'noarch',
    evr: parseEvr('5-1'),
  });
  const {
    source: _source,
    origin: _origin,
    ...own
  } = samplePackage('release-files', { license: '', packager: 'Distribution Team' });
  return [bash, glibc, firmware, own, samplePackage('tool')];
}

const visible = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text.trim() !== '');

/** Packages whose texts are anything a header can hold. */
export const hostilePackage: fc.Arbitrary<SbomPackage> = fc
  .record({
    name: visible,
    license: fc.string({ unit: 'binary' }),
    vendor: fc.string({ unit: 'binary' }),
    packager: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.emailAddress().map((address) => `Jo (x) <${address}>`),
    ),
    summary: fc.string({ unit: 'binary' }),
    homepage: fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.constantFrom('javascript:1', 'http://[', 'https://a b/', 'file:/x'),
    ),
    sha256: fc.uint8Array({ minLength: 8 }).map(sha256),
    arch: fc.string({ minLength: 1 }),
    source: fc.record({ name: visible, version: visible }),
  })
  .map((facts) => samplePackage(facts.name, facts));
