import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spdxDocument } from '../sbom/spdx-document.ts';
import { checkSpdx } from './check-spdx.ts';
import { sampleImage, samplePackages } from './sample-sbom.ts';

const document = spdxDocument(sampleImage, samplePackages());
const [first, ...others] = document.packages;
const last = document.packages.at(-1);

const mistakes: Readonly<Record<string, object>> = {
  'another version': { spdxVersion: 'SPDX-2.2' },
  'no name': { name: '' },
  'a namespace with fragment': { documentNamespace: 'https://a.example/#x' },
  'a time with fractions': { creationInfo: { ...document.creationInfo, created: '2026-01-01T00:00:00.000Z' } },
  'a creator without kind': { creationInfo: { ...document.creationInfo, creators: ['slipway'] } },
  'an id with an underscore': { packages: [{ ...first, SPDXID: 'SPDXRef-a_b' }, ...others] },
  'an id twice': { packages: [...document.packages, last] },
  'a package without name': { packages: [{ ...first, name: undefined }, ...others] },
  'a package without location': { packages: [{ ...first, downloadLocation: '' }, ...others] },
  'analysed files that are not there': { packages: [{ ...first, filesAnalyzed: true }, ...others] },
  'an unknown licence': { packages: [{ ...first, licenseDeclared: 'GPLv2' }, ...others] },
  'an unknown exception': { packages: [{ ...first, licenseDeclared: 'MIT WITH MIT' }, ...others] },
  'a dangling licence reference': { packages: [{ ...first, licenseDeclared: 'MIT OR LicenseRef-none' }, ...others] },
  'a broken expression': { packages: [{ ...first, licenseDeclared: 'MIT AND' }, ...others] },
  'an upper-case digest': {
    packages: [{ ...first, checksums: [{ algorithm: 'SHA256', checksumValue: 'A'.repeat(64) }] }, ...others],
  },
  'a package URL with a plus sign': {
    packages: [
      {
        ...first,
        externalRefs: [
          { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'pkg:rpm/a/g++@1' },
        ],
      },
      ...others,
    ],
  },
  'a dangling relationship': { packages: others },
  'no relationship': { relationships: [] },
  'an extracted licence without text': {
    hasExtractedLicensingInfos: document.hasExtractedLicensingInfos?.map((item) => ({ ...item, extractedText: '' })),
  },
};

for (const [name, mistake] of Object.entries(mistakes)) {
  test(`the SPDX checker finds ${name}`, () => {
    assert.notDeepEqual(checkSpdx(JSON.stringify({ ...document, ...mistake })), []);
  });
}
