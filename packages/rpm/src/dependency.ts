import { SlipwayError } from '@slipway/core';
import { parseEvr } from './evr.ts';
import type { Dependency } from './package-metadata.ts';
import { formatRich, parseRich } from './rich-dependency.ts';
import { parseComparison } from './sense.ts';

/**
 * Reads one relation as in a spec file: `name`, `name >= [epoch:]version[-release]`, a path, or a rich relation
 * `(a or b)`, which is checked and kept, normalised, in `name`. Throws `RPM_BAD_DEPENDENCY` or `RPM_BAD_EVR`.
 */
export function parseDependency(text: string): Dependency {
  const trimmed = text.trim();
  if (trimmed.startsWith('(')) {
    return { name: formatRich(parseRich(trimmed)) };
  }
  const [name, operator, version, ...rest] = trimmed.split(/\s+/);
  if (name === undefined || name === '' || rest.length > 0) {
    throw badDependency(text, 'write name, or name >= version');
  }
  if (operator === undefined) {
    return { name };
  }
  const comparison = parseComparison(operator);
  if (comparison === undefined || version === undefined) {
    throw badDependency(text, 'the comparisons are <, <=, =, >= and >, each followed by a version');
  }
  return { name, comparison, evr: parseEvr(version) };
}

function badDependency(text: string, hint: string): SlipwayError {
  return new SlipwayError('RPM_BAD_DEPENDENCY', `Cannot read the relation "${text.slice(0, 200)}"`, { hint });
}
