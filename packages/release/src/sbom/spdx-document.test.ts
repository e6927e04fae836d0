import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError, sha256 } from '@slipway/core';
import fc from 'fast-check';
import { checkSpdx } from '../testing/check-spdx.ts';
import { hostilePackage, sampleImage, samplePackage, samplePackages } from '../testing/sample-sbom.ts';
import { judgeSpdx, noSpdxJudge } from '../testing/spdx-judge.ts';
import { formatSbom } from './format-sbom.ts';
import type { SbomDocumentInfo } from './sbom-input.ts';
import { spdxDocument } from './spdx-document.ts';

const packages = samplePackages();
const ofPackage: SbomDocumentInfo = { ...sampleImage, subject: { kind: 'package', sha256: sha256('bash') } };

test('an image document keeps the rules of SPDX 2.3', () => {
  assert.deepEqual(checkSpdx(formatSbom(spdxDocument(sampleImage, packages))), []);
});

test('the document of one package describes that package', () => {
  const document = spdxDocument(ofPackage, packages);

  assert.deepEqual(checkSpdx(formatSbom(document)), []);
  assert.match(document.relationships[0]?.relatedSpdxElement ?? '', /^SPDXRef-Package-bash-/);
  assert.equal(
    document.relationships.some(({ relationshipType }) => relationshipType === 'CONTAINS'),
    false,
  );
});

test('pyspdxtools accepts image and package documents', { skip: noSpdxJudge }, async () => {
  for (const info of [sampleImage, ofPackage]) {
    assert.equal(await judgeSpdx(formatSbom(spdxDocument(info, packages))), '');
  }
  assert.notEqual(await judgeSpdx(formatSbom({ ...spdxDocument(ofPackage, packages), relationships: [] })), '');
});

test('relationships tell contents, dependencies and sources', () => {
  const { relationships } = spdxDocument(sampleImage, packages);
  const named = relationships.map(({ spdxElementId, relationshipType, relatedSpdxElement }) =>
    [spdxElementId, relationshipType, relatedSpdxElement].join(' ').replaceAll(/-[0-9a-f]{32}/g, ''),
  );

  for (const expected of [
    'SPDXRef-DOCUMENT DESCRIBES SPDXRef-Image',
    'SPDXRef-File-cloud.vhd VARIANT_OF SPDXRef-Image',
    'SPDXRef-Image CONTAINS SPDXRef-Package-glibc',
    'SPDXRef-Package-bash DEPENDS_ON SPDXRef-Package-glibc',
    'SPDXRef-Package-glibc GENERATED_FROM SPDXRef-Source-glibc',
    'SPDXRef-Package-bash GENERATED_FROM SPDXRef-Source-lib-source',
  ]) {
    assert.ok(named.includes(expected), expected);
  }
});

test('an image that is published as one file has the digest of that file', () => {
  const { subject } = sampleImage;
  assert.equal(subject.kind, 'image');
  const files = subject.files.slice(0, 1);
  const [image] = spdxDocument({ ...sampleImage, subject: { ...subject, files } }, packages).packages;

  assert.deepEqual(image?.checksums, [{ algorithm: 'SHA256', checksumValue: sha256('qcow2') }]);
});

test('the order of the input does not matter, and other contents get another namespace', () => {
  const document = spdxDocument(sampleImage, packages);
  const other = spdxDocument({ ...sampleImage, created: sampleImage.created + 1 }, packages);

  assert.equal(formatSbom(spdxDocument(sampleImage, packages.toReversed())), formatSbom(document));
  assert.notEqual(other.documentNamespace, document.documentNamespace);
});

test('package texts of any kind give a valid document', () => {
  fc.assert(
    fc.property(fc.array(hostilePackage, { maxLength: 4 }), (hostile) => {
      assert.deepEqual(checkSpdx(formatSbom(spdxDocument(sampleImage, hostile))), []);
    }),
  );
});

test('what is listed twice, or referred to and missing, is refused', () => {
  const bash = samplePackage('bash');
  const wrong: [SbomDocumentInfo, Parameters<typeof spdxDocument>[1]][] = [
    [sampleImage, [bash, bash]],
    [sampleImage, [{ ...bash, requires: [sha256('missing')] }]],
    [ofPackage, []],
  ];
  for (const [info, contents] of wrong) {
    assert.throws(() => spdxDocument(info, contents), { code: 'RELEASE_SBOM_INCONSISTENT' });
  }
});

test('a namespace is an absolute web address without fragment', () => {
  for (const namespaceBase of ['', 'slipway', 'ftp://a.example/', 'https://a.example/#x', 'javascript:1']) {
    assert.throws(
      () => spdxDocument({ ...sampleImage, namespaceBase }, packages),
      (failure) => failure instanceof SlipwayError && failure.code === 'RELEASE_BAD_NAMESPACE',
    );
  }
});
