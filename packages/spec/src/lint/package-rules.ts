import { fromByteText, toByteText } from '../byte-text.ts';
import type { SpecSection } from '../spec-sections.ts';
import type { FindingDraft } from './lint-finding.ts';
import { shown, when } from './lint-rule.ts';
import type { LintStep } from './lint-steps.ts';
import { addressedSections, insertions } from './overlay-reach.ts';
import { type SpecView, sectionTitle } from './spec-view.ts';

/** Sections that an overlay misses because their package is spelled otherwise, and those that are none. */
export function packageFindings(step: LintStep): readonly FindingDraft[] {
  return [...otherSpelling(step), ...phantoms(step)];
}

function otherSpelling({ before, fields }: LintStep): readonly FindingDraft[] {
  const addressed = addressedSections(before, fields);
  const missed = fields.package ? missedSections(before, addressed, fields.type === 'spec-remove-subpackage') : [];
  const first = missed[0];
  const titles = missed.map((section) => sectionTitle(section)).join(', ');
  return when(first !== undefined, () => ({
    code: 'two-spellings',
    line: (first as SpecSection).start + 1,
    message: `${shown(fields.package ?? '')} is also spelled ${shown(fromByteText((first as SpecSection).package))}, and ${titles} is not addressed`,
    suggestion: {
      text: 'add a second overlay for the other spelling',
      replacement: { ...fields, package: fromByteText((first as SpecSection).package) },
    },
  }));
}

/** Sections of the same packages, of the same kinds unless all are wanted, that have another spelling. */
function missedSections(view: SpecView, addressed: readonly SpecSection[], all: boolean): SpecSection[] {
  const names = new Set(addressed.map((section) => view.fullName(section)));
  const kinds = new Set(addressed.map(({ name }) => name));
  const spelling = addressed[0]?.package;
  return view.sections.filter(
    (section) =>
      section.package !== '' &&
      section.package !== spelling &&
      (all || kinds.has(section.name)) &&
      names.has(view.fullName(section)),
  );
}

/** Headers and tags inside of here-documents and macro bodies, which only overlays take for such. */
function phantoms(step: LintStep): readonly FindingDraft[] {
  const { before, fields } = step;
  const isGlobal = fields.type === 'spec-search-replace' && !fields.section && !fields.package;
  const addressed = isGlobal ? [] : addressedSections(before, fields).filter(({ name }) => name !== '');
  const header = addressed.map(({ start }) => start).find((line) => before.embedded.has(line));
  // text at the end of a section is put before the next header, and an inserted tag after the last line like a tag
  const place = insertions(step)
    .map(({ at }) => at)
    .find((line) => before.embedded.has(line));
  const line = header ?? place;
  return when(line !== undefined, () => ({
    code: 'phantom-section',
    line: (line as number) + 1,
    message: phantomMessage(before, line as number, header !== undefined),
    suggestion: { text: 'use spec-search-replace with an expression for the line that is meant' },
  }));
}

function phantomMessage(view: SpecView, line: number, isHeader: boolean): string {
  const kind = view.embedded.get(line) === 'macro' ? 'the body of a macro' : 'a here-document';
  return isHeader
    ? `${view.quote(line)} is text in ${kind}, and is taken for a section`
    : `the text lands before ${view.quote(line)}, inside ${kind}`;
}

/** The spellings of a package selector under which a spec has sections, nearest first. */
export function otherSpellings(view: SpecView, selector: string): readonly string[] {
  const wanted = toByteText(selector);
  const asSuffix = `%{name}-${wanted}`;
  const meant = new Set([asSuffix, view.fullNameOf(wanted)]);
  const spellings = view.sections
    .filter((section) => section.package !== '' && section.package !== wanted && meant.has(view.fullName(section)))
    .map((section) => fromByteText(section.package));
  return [...new Set(spellings)];
}
