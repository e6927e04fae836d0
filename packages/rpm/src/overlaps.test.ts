import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDependency } from './dependency.ts';
import { parseEvr } from './evr.ts';
import { overlaps, rangesOverlap, type VersionRange } from './overlaps.ts';
import { comparisonToBits, parseComparison, sense } from './sense.ts';
import { rpmData } from './testing/rpm-data.ts';

const table = join(rpmData, 'conformance/depmatch-upstream.json');
const skip = existsSync(table) ? false : 'the shared RPM data is not there';

type Relation = readonly [name: string, comparison?: string, version?: string];
interface Row {
  readonly provide: Relation;
  readonly require: Relation;
  readonly match: number;
}

test("provides satisfy requires exactly as in rpm's own table", { skip }, () => {
  const rows = JSON.parse(readFileSync(table, 'utf8')) as Row[];
  const wrong = rows.filter(({ provide, require, match }) => matches(provide, require) !== (match === 1));
  assert.deepEqual(wrong, []);
  assert.ok(rows.length > 100);
});

/** "Unequal" exists in headers only, as sense bits: rows with it go to the ranges below `overlaps`. */
function matches(provide: Relation, require: Relation): boolean {
  if (provide[1] !== '<>' && require[1] !== '<>') {
    return overlaps(parseDependency(provide.join(' ')), parseDependency(require.join(' ')));
  }
  const [a, b] = [toRange(provide), toRange(require)];
  return provide[0] === require[0] && (a === undefined || b === undefined || rangesOverlap(a, b));
}

function toRange([, comparison, version]: Relation): VersionRange | undefined {
  if (comparison === undefined || version === undefined) {
    return undefined;
  }
  const parsed = parseComparison(comparison);
  const bits = parsed === undefined ? sense.less | sense.greater : comparisonToBits(parsed);
  return { evr: parseEvr(version), bits };
}

test('an unversioned provide satisfies a versioned require', () => {
  assert.ok(overlaps({ name: 'mta' }, parseDependency('mta >= 5')));
});

test('a provide without release satisfies every release', () => {
  assert.ok(overlaps(parseDependency('a = 1.0'), parseDependency('a = 1.0-7')));
  assert.ok(!overlaps(parseDependency('a = 1.0-6'), parseDependency('a >= 1.0-7')));
});
