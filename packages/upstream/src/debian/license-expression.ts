import { SlipwayError } from '@slipway/core';
import { parseParagraphs } from './control-paragraphs.ts';
import { spdxName } from './spdx-names.ts';

/** What is said when the copyright file is prose: true, and points to the text. */
export const proseLicense = 'LicenseRef-Debian-copyright';
/** A longer "short name" is the licence's text in the wrong place. */
const shortNameLimit = 80;

/**
 * The licence of a package as an SPDX expression, from /usr/share/doc/NAME/copyright: the distinct licences of a
 * machine-readable file (DEP-5) joined by AND, sorted, else `LicenseRef-Debian-copyright`.
 */
export function licenseExpression(copyright: string): string {
  if (!/^Format(?:-Specification)?:/im.test(copyright.slice(0, 4096))) {
    return proseLicense;
  }
  const expressions = new Set(statedLicenses(copyright).map(mapExpression));
  const parts = [...expressions].sort();
  if (parts.length === 0) {
    return proseLicense;
  }
  return parts.length === 1
    ? (parts[0] as string)
    : parts.map((part) => (/ OR /.test(part) ? `(${part})` : part)).join(' AND ');
}

/** First lines of the License fields of the header and Files paragraphs; stand-alone ones only repeat the names. */
function statedLicenses(copyright: string): string[] {
  try {
    return parseParagraphs(copyright, 'copyright')
      .filter((paragraph) => paragraph.has('files') || paragraph.has('format'))
      .map((paragraph) => (paragraph.get('license') ?? '').split('\n')[0]?.trim() ?? '')
      .filter((name) => name !== '');
  } catch (failure) {
    if (failure instanceof SlipwayError) {
      return []; // many are DEP-5 in intention only; prose is the honest reading
    }
    throw failure;
  }
}

/** DEP-5 "License specification": `and` binds more than `or`, a comma turns that around. */
function mapExpression(text: string): string {
  if (text.length > shortNameLimit) {
    return proseLicense;
  }
  const groups = text.split(/\s*,\s*and\s+/i).map((group) => joinMapped(group.split(/\s*,?\s+or\s+/i), 'OR'));
  return groups.length === 1 ? (groups[0] as string) : groups.map(parenthesised).join(' AND ');
}

function joinMapped(alternatives: readonly string[], operator: string): string {
  return [...new Set(alternatives.map(mapConjunction))].sort().join(` ${operator} `);
}

function mapConjunction(text: string): string {
  return [...new Set(text.split(/\s*,?\s+and\s+/i).map(spdxName))].sort().join(' AND ');
}

function parenthesised(expression: string): string {
  return expression.includes(' OR ') ? `(${expression})` : expression;
}
