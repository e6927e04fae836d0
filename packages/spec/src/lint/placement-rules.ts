import { fromByteText, toByteText } from '../byte-text.ts';
import { depthChange } from '../conditionals.ts';
import type { SpecOverlay } from '../overlay.ts';
import { parseLine } from '../spec-line.ts';
import { type Branch, outermostInside, relation } from './branch-map.ts';
import type { FindingDraft, LintSuggestion } from './lint-finding.ts';
import type { OverlayFields } from './lint-input.ts';
import { applied, type LintStep } from './lint-steps.ts';
import { type Insertion, insertions } from './overlay-reach.ts';
import { quoteRegex } from './regex-tokens.ts';
import { SpecView, sectionTitle } from './spec-view.ts';

/** Text that an overlay puts where it belongs to something else. */
export function placementFindings(step: LintStep): readonly FindingDraft[] {
  return [...insertions(step).flatMap((insertion) => misplaced(step, insertion)), ...afterChangelog(step)];
}

function misplaced(step: LintStep, insertion: Insertion): readonly FindingDraft[] {
  const { before } = step;
  const { at, section } = insertion;
  const [home, place] = [before.branches[section.body], before.branches[at]];
  const where = relation(home, place);
  if (before.embedded.has(at)) {
    return []; // the header there is none: said by packageFindings
  }
  const previous = at > section.body ? (before.lines[at - 1] as string) : '';
  if (previous.endsWith('\\')) {
    return [continued(before, at - 1)];
  }
  if (where === 'same') {
    return [];
  }
  return where === 'inside' ? [inside(step, insertion, place as Branch)] : [after(step, insertion)];
}

function continued(view: SpecView, line: number): FindingDraft {
  return {
    code: 'breaks-continuation',
    line: line + 1,
    message: `the text lands after ${view.quote(line)}, which the backslash continues`,
  };
}

function inside(step: LintStep, { at, section }: Insertion, place: Branch): FindingDraft {
  const { before } = step;
  const opener = outermostInside(before.branches[section.body], place).start;
  const next = at < before.lines.length ? `, together with ${before.quote(at)}` : '';
  return {
    code: 'lands-in-conditional',
    line: opener + 1,
    message: `the text lands at the end of ${sectionTitle(section)}, inside ${before.quote(opener)}${next}`,
    suggestion: suggestion(step, { at, section }),
  };
}

function after(step: LintStep, { at, section }: Insertion): FindingDraft {
  const { before } = step;
  const home = before.branches[section.body];
  const opener = home === undefined ? '' : ` ${before.quote(home.start)}`;
  return {
    code: 'lands-after-conditional',
    line: section.start + 1,
    message: `${sectionTitle(section)} is inside${opener}, and the text lands after the end of that branch: where the branch does not hold, it is text of the section before`,
    suggestion: suggestion(step, { at, section }),
  };
}

/** What puts the same text into the section and its branch; only what was tried is given as fields. */
function suggestion(step: LintStep, insertion: Insertion): LintSuggestion {
  if (step.fields.type !== 'spec-append-lines') {
    const { fields } = step;
    const overlay = { ...fields, type: 'spec-insert-tag' };
    const isBetter = fields.type === 'spec-add-tag' && staysHome(step, overlay as SpecOverlay);
    return isBetter
      ? { text: 'use spec-insert-tag: it stays with the tags of its kind', replacement: { type: 'spec-insert-tag' } }
      : { text: 'change a line before the conditional with spec-search-replace' };
  }
  const line = lastOwnLine(step.before, insertion);
  const fields = line === undefined ? undefined : extendLine(step, insertion, line);
  return fields === undefined
    ? { text: 'use spec-prepend-lines, or change a line before the conditional with spec-search-replace' }
    : { text: `put it after ${step.before.quote(line ?? 0)}`, replacement: fields };
}

function staysHome({ before, fields }: LintStep, overlay: SpecOverlay): boolean {
  const result = applied(before, overlay);
  if (!(result instanceof SpecView)) {
    return false;
  }
  const tried: LintStep = {
    overlay: 0,
    fields: { ...fields, type: 'spec-insert-tag' },
    description: '',
    before,
    after: result,
  };
  const [place] = insertions(tried);
  return place !== undefined && before.branches[place.at] === before.branches[place.section.body];
}

/** The last line of text that is in the same branch as the header of its section. */
function lastOwnLine({ lines, branches, mode }: SpecView, { at, section }: Insertion): number | undefined {
  for (let line = at - 1; line >= section.body; line--) {
    const text = lines[line] as string;
    const isText = text.trim() !== '' && !text.startsWith('#') && depthChange(text, mode) === 0;
    if (isText && branches[line] === branches[section.body] && branches[line + 1] === branches[line]) {
      return text.endsWith('\\') ? undefined : line;
    }
  }
  return undefined;
}

/** A search-and-replace that adds the text after the line, if it changes that line alone. */
function extendLine({ before, fields }: LintStep, { section }: Insertion, line: number): OverlayFields | undefined {
  const text = fromByteText(before.lines[line] as string);
  const overlay = {
    type: 'spec-search-replace',
    ...(section.name !== '' && { section: fromByteText(section.name) }),
    ...(section.package !== '' && { package: fromByteText(section.package) }),
    regex: `^${quoteRegex(text)}$`,
    replacement: [text, ...(fields.lines ?? [])].join('\n'),
  } as const;
  const result = applied(before, overlay);
  const added = (fields.lines ?? []).flatMap((each) => toByteText(each).split('\n'));
  const wanted = [...before.lines.slice(0, line + 1), ...added, ...before.lines.slice(line + 1)];
  const isExact = result instanceof SpecView && result.lines.join('\n') === wanted.join('\n');
  return isExact ? overlay : undefined;
}

/** Without a section, text goes to the end of the file: as a rule into the change log. */
function afterChangelog({ before, fields }: LintStep): readonly FindingDraft[] {
  const isWhole = fields.type === 'spec-append-lines' && !fields.section && before.mode !== 'april-2026';
  const last = before.sections.at(-1);
  const first = parseLine(toByteText(fields.lines?.find((line) => line.trim() !== '') ?? ''), 'text');
  if (!isWhole || last?.type !== 'changelog' || first.kind === 'header') {
    return [];
  }
  return [
    {
      code: 'lands-in-changelog',
      line: last.start + 1,
      message: 'without a section the text goes to the end of the file, which is in the change log',
      suggestion: { text: 'name the section' },
    },
  ];
}
