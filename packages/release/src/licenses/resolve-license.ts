import { sha256 } from '@slipway/core';
import { oneLine } from '../text/one-line.ts';
import { formatLicenseExpression, type LicenseExpression, parseLicenseExpression } from './license-expression.ts';
import { licenseList } from './license-list.ts';

/** A licence that is not on the SPDX list, as SPDX documents have to introduce it. */
interface ExtractedLicense {
  /** `LicenseRef-…`, letters, digits, dots and hyphens. */
  readonly id: string;
  /** As the package says it. */
  readonly name: string;
}

export interface ResolvedLicense {
  /** A valid SPDX 2.3 expression; undefined when the package states no licence. */
  readonly expression: string | undefined;
  /** Everything in the expression that is not on the SPDX list, sorted by id. */
  readonly extracted: readonly ExtractedLicense[];
}

/** Longer names become a digest, so that identifiers stay readable. */
const maxReferenceLength = 80;

/**
 * The License tag of a package as an SPDX expression. Names on the SPDX list get their exact spelling; all others, and
 * exceptions that are not on the list, become `LicenseRef-` with the stated text; a text that is no expression becomes
 * one reference as a whole.
 */
export function resolveLicense(text: string): ResolvedLicense {
  const stated = oneLine(text);
  if (stated === '') {
    return { expression: undefined, extracted: [] };
  }
  const extracted = new Map<string, ExtractedLicense>();
  const parsed = parseLicenseExpression(stated) ?? { kind: 'name', name: stated };
  const expression = formatLicenseExpression(resolveNames(parsed, extracted));
  return { expression, extracted: [...extracted.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

function resolveNames(expression: LicenseExpression, extracted: Map<string, ExtractedLicense>): LicenseExpression {
  if (expression.kind !== 'name') {
    return { kind: expression.kind, operands: expression.operands.map((operand) => resolveNames(operand, extracted)) };
  }
  const known = knownName(expression);
  if (known !== undefined) {
    return known;
  }
  const name = formatLicenseExpression(expression);
  const id = referenceFor(name);
  extracted.set(id, { id, name });
  return { kind: 'name', name: id };
}

function knownName({ name, exception }: LicenseExpression & { kind: 'name' }): LicenseExpression | undefined {
  const { licenses, exceptions } = licenseList();
  const lower = name.toLowerCase();
  const orLater = licenses.get(lower.replace(/(?<!\+)\+$/, ''));
  const license = licenses.get(lower) ?? (orLater === undefined || orLater.endsWith('+') ? undefined : `${orLater}+`);
  if (license === undefined) {
    return undefined;
  }
  if (exception === undefined) {
    return { kind: 'name', name: license };
  }
  const known = exceptions.get(exception.toLowerCase());
  return known === undefined ? undefined : { kind: 'name', name: license, exception: known };
}

/** SPDX 2.3 clause 10.1: `LicenseRef-` and letters, digits, `-` and `.`; texts that lose something get a digest. */
function referenceFor(name: string): string {
  if (/^LicenseRef-[A-Za-z0-9.-]+$/.test(name) && name.length <= maxReferenceLength) {
    return name;
  }
  const words = name
    .replace(/^LicenseRef-/, '')
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, maxReferenceLength / 2);
  const lossless = words === name;
  return `LicenseRef-${lossless ? words : `${words}-${sha256(name).slice(0, 8)}`.replace(/^-/, '')}`;
}
