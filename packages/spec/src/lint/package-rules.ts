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

/** Headers inside of here-documents and macro bodies, which only overlays take for headers. */
function phantoms(step: LintStep): readonly FindingDraft[] {
  const { before, fields } = step;
  const isGlobal = fields.type === 'spec-search-replace' && !fields.section && !fields.package;
  const addressed = isGlobal ? [] : addressedSections(before, fields).filter(({ name }) => name !== '');
  const starts = addressed.map(({ start }) => start);
  // text at the end of a section is put before the next header, whatever that is
  const ends = insertions(step).map(({ at }) => at);
  const found = [...starts, ...ends].find((line) => before.embedded.has(line));
  return when(found !== undefined, () => {
    const kind = before.embedded.get(found as number) === 'macro' ? 'the body of a macro' : 'a here-document';
    const effect = starts.includes(found as number)
      ? 'is changed as if it were a section'
      : 'ends the section before it';
    return {
      code: 'phantom-section',
      line: (found as number) + 1,
      message: `${before.quote(found as number)} is text in ${kind} and ${effect}`,
      suggestion: { text: 'use spec-search-replace with an expression for the line' },
    };
  });
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
