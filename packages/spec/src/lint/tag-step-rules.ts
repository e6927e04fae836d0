import { fromByteText, toByteText } from '../byte-text.ts';
import { equalFold } from '../letter-case.ts';
import type { TagLine } from '../spec-sections.ts';
import type { FindingDraft } from './lint-finding.ts';
import { shown, when } from './lint-rule.ts';
import type { LintStep } from './lint-steps.ts';
import { tagInstances } from './overlay-reach.ts';
import { tagKind } from './tag-kinds.ts';

/** What a tag overlay does to the tags that the spec has. */
export function tagStepFindings(step: LintStep): readonly FindingDraft[] {
  switch (step.fields.type) {
    case 'spec-set-tag':
    case 'spec-update-tag':
      return [...changesAll(step), ...orphans(step)];
    case 'spec-remove-tag':
      return [...removesAll(step), ...orphans(step)];
    case 'spec-add-tag':
    case 'spec-insert-tag':
      return isThere(step);
    default:
      return [];
  }
}

function changesAll(step: LintStep): readonly FindingDraft[] {
  const { before, fields } = step;
  const found = tagInstances(before, fields);
  const differ = found.some(({ value }) => value !== found[0]?.value);
  const isRepeated = tagKind(fields.tag ?? '') === 'repeated';
  const places = found.map(({ line }) => line + 1).join(', ');
  return when(differ, () => ({
    code: isRepeated ? 'tag-changes-all' : 'changes-all-branches',
    line: (found[0] as TagLine).line + 1,
    message: `the different values of ${fields.tag} in lines ${places} all become ${shown(fields.value ?? '')}`,
    suggestion: { text: 'change the one line that is meant with spec-search-replace' },
  }));
}

function removesAll({ before, fields }: LintStep): readonly FindingDraft[] {
  const found = fields.value ? [] : tagInstances(before, fields);
  const differ = found.some(({ value }) => value !== found[0]?.value);
  return when(differ && tagKind(fields.tag ?? '') === 'repeated', () => ({
    code: 'tag-changes-all',
    line: (found[0] as TagLine).line + 1,
    message: `all ${found.length} lines of ${fields.tag} are removed, whatever their values`,
    suggestion: { text: 'name the value that goes' },
  }));
}

/** Lines that a changed or removed tag was continued on. */
function orphans({ before, fields }: LintStep): readonly FindingDraft[] {
  const { type, value = '' } = fields;
  const wanted = toByteText(value);
  const touched = tagInstances(before, fields).filter(
    (tag) => type !== 'spec-remove-tag' || wanted === '' || equalFold(tag.value, wanted),
  );
  return touched
    .filter(({ line }) => before.lines[line]?.endsWith('\\') === true)
    .map(({ line }) => ({
      code: 'breaks-continuation',
      line: line + 1,
      message: `${before.quote(line)} goes, and the lines that it continues on stay behind`,
      suggestion: { text: 'remove the rest with spec-search-replace' },
    }));
}

/** `spec-add-tag` and `spec-insert-tag` do not look. A conditional dependency may be wanted always. */
function isThere({ before, fields }: LintStep): readonly FindingDraft[] {
  const { tag = '', value = '' } = fields;
  const kind = tagKind(tag);
  const wanted = toByteText(value).trim();
  const found = tagInstances(before, fields).find((each) =>
    kind === 'repeated' || kind === 'unknown'
      ? equalFold(each.value, wanted) && isUnconditional(before.branches, each, before.sectionAt(each.line).body)
      : true,
  );
  return when(found !== undefined, () => ({
    code: 'tag-duplicated',
    line: (found as TagLine).line + 1,
    message: `the package has ${tag}: ${fromByteText((found as TagLine).value)} already, in line ${(found as TagLine).line + 1}`,
    suggestion:
      kind === 'repeated' || kind === 'unknown'
        ? { text: 'upstream has it: remove the overlay' }
        : { text: 'use spec-set-tag', replacement: { type: 'spec-set-tag' } },
  }));
}

function isUnconditional(branches: readonly unknown[], { line }: TagLine, home: number): boolean {
  return branches[line] === branches[home];
}
