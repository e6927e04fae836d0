import { toByteText } from '../byte-text.ts';
import { lowered } from '../letter-case.ts';
import { Re2 } from '../re2.ts';
import type { SpecSection, TagLine } from '../spec-sections.ts';
import type { OverlayFields } from './lint-input.ts';
import type { LintStep } from './lint-steps.ts';
import type { SpecView } from './spec-view.ts';

/** A place before a line, and the section whose text is put there. */
export interface Insertion {
  readonly at: number;
  readonly section: SpecSection;
}

/** The sections that an overlay addresses; for tags those that hold them. Empty where it addresses the whole file. */
export function addressedSections(view: SpecView, fields: OverlayFields): readonly SpecSection[] {
  const { type = 'file-add', section = '' } = fields;
  const packageName = toByteText(fields.package ?? '');
  if (type.endsWith('-tag')) {
    return view.sections.filter((each) => each.package === packageName && each.type === 'package');
  }
  if (type === 'spec-remove-subpackage') {
    return view.sections.filter((each) => each.package === packageName);
  }
  const name = toByteText(section);
  const anyPackage = type === 'spec-search-replace' && packageName === '';
  const isWhole =
    type === 'spec-search-replace' ? name === '' && anyPackage : name === '' && view.mode !== 'april-2026';
  return isWhole || !type.startsWith('spec-')
    ? []
    : view.sections.filter((each) => each.name === name && (anyPackage || each.package === packageName));
}

/** Where a successful overlay puts text, as indexes of the spec before it; empty for overlays that put none. */
export function insertions(step: LintStep): readonly Insertion[] {
  const { before, fields } = step;
  switch (fields.type) {
    case 'spec-append-lines':
      return atEnds(addressedSections(before, fields));
    case 'spec-add-tag':
      return atEnds(homeSections(before, fields));
    case 'spec-set-tag':
      return tagInstances(before, fields).length > 0 ? [] : atEnds(homeSections(before, fields));
    case 'patch-add': {
      const lists = before.sections.filter(({ name }) => name === '%patchlist');
      return atEnds(lists.length > 0 ? lists : homeSections(before, fields));
    }
    case 'spec-insert-tag':
      return insertedTag(step);
    default:
      return [];
  }
}

function atEnds(sections: readonly SpecSection[]): Insertion[] {
  return sections.map((section) => ({ at: section.end, section }));
}

/** The preamble, or the `%package` sections of a package. */
function homeSections(view: SpecView, fields: OverlayFields): readonly SpecSection[] {
  const packageName = toByteText(fields.package ?? '');
  const name = packageName === '' ? '' : '%package';
  return view.sections.filter((each) => each.name === name && each.package === packageName);
}

function insertedTag({ before, after, fields }: LintStep): Insertion[] {
  const at = after.lines.findIndex((line, index) => line !== before.lines[index]);
  const home = homeSections(before, fields).findLast(({ body, end }) => body <= at && at <= end);
  return home === undefined ? [] : [{ at, section: home }];
}

/** All tags with the name and package of a tag overlay, whatever branch they are in. */
export function tagInstances(view: SpecView, fields: OverlayFields): readonly TagLine[] {
  const name = lowered(toByteText(fields.tag ?? ''));
  return view.tags(toByteText(fields.package ?? '')).filter(({ tag }) => lowered(tag) === name);
}

/** A line that search-and-replace changes, before and after. */
export interface ChangedLine {
  readonly line: number;
  readonly section: SpecSection;
  readonly before: string;
  readonly after: string;
}

export function changedLines({ before: view, fields }: LintStep): readonly ChangedLine[] {
  const expression = new Re2(fields.regex ?? '');
  const sections = addressedSections(view, fields);
  const whole = (fields.section ?? '') === '' && (fields.package ?? '') === '';
  return (whole ? view.sections : sections).flatMap((section) =>
    view.lines.slice(section.body, section.end).flatMap((before, index) => {
      const after = expression.replaceAll(before, fields.replacement ?? '');
      return after === before ? [] : [{ line: section.body + index, section, before, after }];
    }),
  );
}
