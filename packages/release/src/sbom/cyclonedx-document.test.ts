import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { sha256 } from '@slipway/core';
import fc from 'fast-check';
import { hostilePackage, sampleImage, samplePackages } from '../testing/sample-sbom.ts';
import { type CycloneDxDocument, cycloneDxDocument } from './cyclonedx-document.ts';
import { formatSbom } from './format-sbom.ts';
import type { SbomDocumentInfo } from './sbom-input.ts';

const packages = samplePackages();
const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
const document = JSON.parse(formatSbom(cycloneDxDocument(sampleImage, packages))) as CycloneDxDocument;

test('an image document is valid by the strict schema of CycloneDX 1.6', async () => {
  assert.equal(await validator.validate(formatSbom(document)), null);
});

test('the document of one package is valid and has that package as its subject', async () => {
  const info: SbomDocumentInfo = { ...sampleImage, subject: { kind: 'package', sha256: sha256('bash') } };
  const ofPackage = cycloneDxDocument(info, packages);

  assert.equal(await validator.validate(formatSbom(ofPackage)), null);
  assert.equal(ofPackage.metadata?.component?.name, 'bash');
  assert.equal(
    ofPackage.components?.some(({ name }) => name === 'bash'),
    false,
  );
});

test('components carry package URL, digest, licence, supplier, upstream and evidence', () => {
  const bash = document.components?.find(({ name }) => name === 'bash');

  assert.deepEqual(bash?.licenses, [{ license: { id: 'GPL-3.0-or-later', acknowledgement: 'declared' } }]);
  assert.deepEqual(bash?.hashes, [{ alg: 'SHA-256', content: sha256('bash') }]);
  assert.deepEqual(bash?.supplier, { name: 'Slipway Linux' });
  assert.match(bash?.purl ?? '', /^pkg:rpm\/slipway\/bash@2\.0~rc1%5Egit5-3%2Bb1\?arch=x86_64&/);
  assert.match(JSON.stringify(bash), /"ancestors":\[\{"type":"application","name":"lib\+\+source"/);
  assert.match(JSON.stringify(bash?.evidence), /"field":"purl"/);
});

test('licences are one identifier, one name, an expression, or none', () => {
  const licenses = new Map(document.components?.map(({ name, licenses }) => [name, licenses?.[0]]));

  assert.deepEqual(licenses.get('firmware'), {
    license: { name: 'Redistributable, no modification permitted', acknowledgement: 'declared' },
  });
  assert.match(JSON.stringify(licenses.get('tool')), /^\{"expression":"MIT AND \(/);
  assert.equal(licenses.get('release-files'), undefined);
});

test('the dependency graph and the composition name every part', () => {
  const references = new Set(document.dependencies?.map(({ ref }) => ref));
  const [composition] = document.compositions;

  assert.equal(composition?.aggregate, 'complete');
  assert.deepEqual(composition?.assemblies, ['image']);
  assert.ok(composition?.dependencies.every((reference) => references.has(reference)));
  assert.deepEqual(document.dependencies?.find(({ ref }) => ref === `rpm:${sha256('bash')}`)?.dependsOn, [
    `rpm:${sha256('glibc')}`,
  ]);
});

test('equal inputs give equal bytes in any order, other inputs another serial number', () => {
  const other = cycloneDxDocument({ ...sampleImage, created: 1 }, packages);

  assert.equal(formatSbom(cycloneDxDocument(sampleImage, packages.toReversed())), formatSbom(document));
  assert.match(document.serialNumber ?? '', /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  assert.notEqual(other.serialNumber, document.serialNumber);
});

test('package texts of any kind give a valid document', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostilePackage, { maxLength: 4 }), async (hostile) => {
      assert.equal(await validator.validate(formatSbom(cycloneDxDocument(sampleImage, hostile))), null);
    }),
  );
});
