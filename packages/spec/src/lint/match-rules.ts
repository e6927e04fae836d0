import { fromByteText, toByteText } from '../byte-text.ts';
import { Re2 } from '../re2.ts';
import { parseLine } from '../spec-line.ts';
import type { FindingDraft } from './lint-finding.ts';
import { when } from './lint-rule.ts';
import type { LintStep } from './lint-steps.ts';
import { type ChangedLine, changedLines } from './overlay-reach.ts';
import { sectionTitle } from './spec-view.ts';

/** What search-and-replace does beyond what it was meant to do. */
export function matchFindings(step: LintStep): readonly FindingDraft[] {
  if (step.fields.type !== 'spec-search-replace') {
    return [];
  }
  const changed = changedLines(step);
  return [...matchesMore(step, changed), ...alreadyThere(step, changed), ...brokenCommands(step, changed)];
}

/** Only what the description says in so many words counts: a section, a package, or one line. */
function matchesMore(step: LintStep, changed: readonly ChangedLine[]): readonly FindingDraft[] {
  const description = step.description.slice(0, 2000);
  const excess =
    elsewhere(changed, ({ section }) => section.name, namedSections(description)) ??
    elsewhere(changed, ({ section }) => section.package, namedPackages(description, changed)) ??
    (speaksOfOneLine.test(description) ? changed[1] : undefined);
  const count = changed.length;
  return when(excess !== undefined, () => ({
    code: 'matches-more',
    line: (excess as ChangedLine).line + 1,
    message: `${count} lines change, also ${step.before.quote((excess as ChangedLine).line)} in ${sectionTitle((excess as ChangedLine).section)}, of which the description says nothing`,
    suggestion: { text: 'name section and package, or make the expression say more of the line' },
  }));
}

const speaksOfOneLine =
  /\b(?:remove|drop|delete|replace|change|disable|comment out) (?:the|one|a single|the first) (?:\S{1,40} ){0,3}(?<!command )line\b/i;

/** The first line outside of what is named, provided that another is inside. */
function elsewhere(
  changed: readonly ChangedLine[],
  keyOf: (line: ChangedLine) => string,
  named: ReadonlySet<string>,
): ChangedLine | undefined {
  return changed.some((line) => named.has(keyOf(line))) ? changed.find((line) => !named.has(keyOf(line))) : undefined;
}

function namedSections(description: string): ReadonlySet<string> {
  const names = (toByteText(description).match(/%[a-z_]+/g) ?? []).filter(
    (name) => parseLine(name, 'text').kind === 'header',
  );
  return new Set(names);
}

/** Packages that the description calls by name: `%files devel`, `the devel package`, `demo-devel`. */
function namedPackages(description: string, changed: readonly ChangedLine[]): ReadonlySet<string> {
  const packages = new Set(changed.map(({ section }) => section.package));
  const words = toByteText(description).split(/[\s,;:()]+/);
  return new Set(
    [...packages].filter((name) => name !== '' && words.some((word, index) => isNamed(words, index, { word, name }))),
  );
}

function isNamed(words: readonly string[], index: number, { word, name }: { word: string; name: string }): boolean {
  const [before = '', after = ''] = [words[index - 1], words[index + 1]];
  const isPackage = /^%|^(?:sub)?package$/.test(before) || /^(?:sub)?package/.test(after);
  return (word === name && isPackage) || word.endsWith(`-${name}`);
}

/** The replacement contains what it replaces, and the line has it already: the text comes out twice. */
function alreadyThere({ fields, before }: LintStep, changed: readonly ChangedLine[]): readonly FindingDraft[] {
  const replacement = toByteText(fields.replacement ?? '');
  const repeats =
    replacement.trim().length >= 4 && new Re2(fields.regex ?? '').replaceAll(replacement, '') !== replacement;
  const found = repeats ? changed.find((line) => line.before.includes(replacement)) : undefined;
  return when(found !== undefined, () => ({
    code: 'replacement-present',
    line: (found as ChangedLine).line + 1,
    message: `${before.quote((found as ChangedLine).line)} has the replacement already, and gets it once more`,
    suggestion: { text: 'upstream has the change: remove the overlay' },
  }));
}

/** A line in the middle of a continued command that becomes empty or a comment. */
function brokenCommands({ before }: LintStep, changed: readonly ChangedLine[]): readonly FindingDraft[] {
  const found = changed.find(
    ({ line, before: old, after, section }) =>
      old.endsWith('\\') &&
      (before.lines[line - 1] ?? '').endsWith('\\') &&
      !['text', 'changelog'].includes(section.type) &&
      /^\s*(?:#.*)?$/.test(after),
  );
  return when(found !== undefined, () => ({
    code: 'breaks-continuation',
    line: (found as ChangedLine).line + 1,
    message: `${before.quote((found as ChangedLine).line)} is in the middle of a continued command and becomes ${JSON.stringify(fromByteText((found as ChangedLine).after).slice(0, 80))}: what follows is cut off`,
    suggestion: { text: 'leave a backslash behind' },
  }));
}
