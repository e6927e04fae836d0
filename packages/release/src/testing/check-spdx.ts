import { parseLicenseExpression } from '../licenses/license-expression.ts';
import { licenseList } from '../licenses/license-list.ts';

type Members = Readonly<Record<string, unknown>>;

const relationshipTypes =
  'DESCRIBES DESCRIBED_BY CONTAINS CONTAINED_BY DEPENDS_ON DEPENDENCY_OF GENERATES GENERATED_FROM VARIANT_OF'.split(
    ' ',
  );
const purposes =
  'APPLICATION FRAMEWORK LIBRARY CONTAINER OPERATING-SYSTEM DEVICE FIRMWARE SOURCE ARCHIVE FILE INSTALL OTHER'.split(
    ' ',
  );
const contact = /^(?:Person|Organization): [^()]+(?: \([^()@\s]+@[^()@\s]+\))?$/;
const address = /^(?:https?|ftp|git\+https?):\/\/[^\s]+$/;

/**
 * The rules of SPDX 2.3 JSON that a document of ours can break: required fields and their forms (clauses 6, 7, 10),
 * relationships (11), licence expressions (annex D), and that everything that is referred to exists once.
 *
 * @returns the broken rules, `place: rule`.
 */
export function checkSpdx(text: string): string[] {
  const document = JSON.parse(text) as Members;
  const packages = list(document.packages);
  const extracted = list(document.hasExtractedLicensingInfos);
  const ids = ['SPDXRef-DOCUMENT', ...packages.map((item) => String(item.SPDXID))];
  const references = extracted.map((item) => String(item.licenseId));
  return [
    ...checkDocument(document),
    ...packages.flatMap((item, index) => checkPackage(item, `packages[${index}]`, references)),
    ...extracted.flatMap((item, index) => checkExtracted(item, `hasExtractedLicensingInfos[${index}]`)),
    ...list(document.relationships).flatMap((item, index) => checkRelationship(item, `relationships[${index}]`, ids)),
    ...duplicates(ids).map((id) => `${id}: identifies two elements`),
    ...duplicates(references).map((id) => `${id}: identifies two licences`),
    ...rule(
      list(document.relationships).some((item) => item.relationshipType === 'DESCRIBES'),
      'relationships: nothing is described',
    ),
  ];
}

function checkDocument(document: Members): string[] {
  const creation = (document.creationInfo ?? {}) as Members;
  const creators = Array.isArray(creation.creators) ? creation.creators.map(String) : [];
  return [
    ...rule(document.spdxVersion === 'SPDX-2.3', 'spdxVersion: is SPDX-2.3'),
    ...rule(document.dataLicense === 'CC0-1.0', 'dataLicense: is CC0-1.0'),
    ...rule(document.SPDXID === 'SPDXRef-DOCUMENT', 'SPDXID: is SPDXRef-DOCUMENT'),
    ...rule(matches(document.name, /\S/), 'name: is required'),
    ...rule(matches(document.documentNamespace, /^[a-z]+:\/\/[^\s#]+$/), 'documentNamespace: URI without fragment'),
    ...rule(matches(creation.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), 'created: form of the time'),
    ...rule(
      creators.length > 0 && creators.every((creator) => /^Tool: \S+-\S+$/.test(creator) || contact.test(creator)),
      'creators: form',
    ),
    ...rule(matches(creation.licenseListVersion, /^\d+\.\d+$/), 'licenseListVersion: major and minor'),
  ];
}

function checkPackage(item: Members, place: string, references: readonly string[]): string[] {
  const optional = (name: string, pattern: RegExp) =>
    rule(item[name] === undefined || matches(item[name], pattern), `${place}.${name}: form`);
  return [
    ...rule(matches(item.SPDXID, /^SPDXRef-[A-Za-z0-9.-]+$/), `${place}.SPDXID: form`),
    ...rule(matches(item.name, /\S/), `${place}.name: is required`),
    ...rule(
      item.downloadLocation === 'NOASSERTION' || matches(item.downloadLocation, address),
      `${place}.downloadLocation: form`,
    ),
    ...rule(item.filesAnalyzed === false, `${place}.filesAnalyzed: false without files`),
    ...rule(item.packageVerificationCode === undefined, `${place}.packageVerificationCode: only with files`),
    ...rule(item.supplier === 'NOASSERTION' || matches(item.supplier, contact), `${place}.supplier: form`),
    ...optional('originator', contact),
    ...optional('homepage', address),
    ...rule(
      item.primaryPackagePurpose === undefined || purposes.includes(String(item.primaryPackagePurpose)),
      `${place}.primaryPackagePurpose: form`,
    ),
    ...list(item.checksums).flatMap((checksum) =>
      rule(
        checksum.algorithm === 'SHA256' && matches(checksum.checksumValue, /^[0-9a-f]{64}$/),
        `${place}.checksums: form`,
      ),
    ),
    ...list(item.externalRefs).flatMap((reference) => checkPackageUrl(reference, place)),
    ...checkLicense(item.licenseDeclared, `${place}.licenseDeclared`, references),
    ...checkLicense(item.licenseConcluded, `${place}.licenseConcluded`, references),
  ];
}

function checkPackageUrl(reference: Members, place: string): string[] {
  const form = /^pkg:[a-z]+\/[\w.~%:-]+\/[\w.~%:-]+@[\w.~%:-]+(?:\?[a-z]+=[\w.~%:-]+(?:&[a-z]+=[\w.~%:-]+)*)?$/;
  return rule(
    reference.referenceCategory === 'PACKAGE-MANAGER' &&
      reference.referenceType === 'purl' &&
      matches(reference.referenceLocator, form),
    `${place}.externalRefs: package URL`,
  );
}

function checkLicense(value: unknown, place: string, references: readonly string[]): string[] {
  if (value === 'NOASSERTION' || value === 'NONE') {
    return [];
  }
  const { licenses, exceptions } = licenseList();
  const pending = [typeof value === 'string' ? parseLicenseExpression(value) : undefined];
  const broken: string[] = [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind !== 'name') {
      pending.push(...next.operands);
      continue;
    }
    const known = [...licenses.values(), ...references].includes(next.name.replace(/(?<=\d)\+$/, ''));
    const knownException = next.exception === undefined || [...exceptions.values()].includes(next.exception);
    broken.push(...rule((known || licenses.has(next.name.toLowerCase())) && knownException, `${place}: ${next.name}`));
  }
  return typeof value === 'string' && parseLicenseExpression(value) ? broken : [`${place}: no expression`];
}

function checkExtracted(item: Members, place: string): string[] {
  return [
    ...rule(matches(item.licenseId, /^LicenseRef-[A-Za-z0-9.-]+$/), `${place}.licenseId: form`),
    ...rule(matches(item.extractedText, /\S/), `${place}.extractedText: is required`),
    ...rule(matches(item.name, /\S/), `${place}.name: is required`),
  ];
}

function checkRelationship(item: Members, place: string, ids: readonly string[]): string[] {
  return [
    ...rule(relationshipTypes.includes(String(item.relationshipType)), `${place}.relationshipType: form`),
    ...rule(ids.includes(String(item.spdxElementId)), `${place}.spdxElementId: is no element`),
    ...rule(ids.includes(String(item.relatedSpdxElement)), `${place}.relatedSpdxElement: is no element`),
  ];
}

function rule(holds: boolean, text: string): string[] {
  return holds ? [] : [text];
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function list(value: unknown): Members[] {
  return Array.isArray(value) ? (value as Members[]) : [];
}

function duplicates(ids: readonly string[]): string[] {
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}
