import type { FindingDraft } from './lint-finding.ts';
import { type AskedOverlay, shown, when } from './lint-rule.ts';
import { tagKind } from './tag-kinds.ts';

/** Tag overlays whose type does not suit the tag. */
export function tagFindings(asked: AskedOverlay): readonly FindingDraft[] {
  // a spec that is at hand says itself how often a tag is there
  const doubts = asked.input.spec === undefined ? [...addedTwice(asked), ...changesAll(asked)] : [];
  return [...doubts, ...staticRelease(asked)];
}

function addedTwice({ fields: { type, tag = '', package: packageName = '' } }: AskedOverlay): readonly FindingDraft[] {
  const kind = tagKind(tag);
  const isThere = kind === 'mandatory' && (packageName === '' || tag.toLowerCase() === 'summary');
  const isSingle = isThere || kind === 'optional' || (kind === 'mandatory' && packageName !== '');
  return when(type === 'spec-add-tag' && isSingle, () => ({
    code: 'add-single-tag',
    message: isThere
      ? `every spec has a ${tag} already, and spec-add-tag writes a second one`
      : `a package has one ${tag}, and spec-add-tag writes a second one when upstream has it too`,
    ...(!isThere && { severity: 'note' }),
    suggestion: { text: 'use spec-set-tag', replacement: { type: 'spec-set-tag' } },
  }));
}

function changesAll({ fields: { type, tag = '', value = '' } }: AskedOverlay): readonly FindingDraft[] {
  const sets = type === 'spec-set-tag' || type === 'spec-update-tag';
  const removes = type === 'spec-remove-tag' && value === '';
  return when(tagKind(tag) === 'repeated' && (sets || removes), () => ({
    code: 'tag-changes-all',
    message: sets
      ? `every ${tag} of the package becomes ${shown(value)}`
      : `every ${tag} of the package is removed, whatever its value`,
    suggestion: sets
      ? { text: 'use spec-remove-tag with the old value, and spec-add-tag' }
      : { text: 'name the value that goes' },
  }));
}

const writing = ['spec-add-tag', 'spec-insert-tag', 'spec-set-tag', 'spec-update-tag'];

function staticRelease({ fields, input: { releaseCalculation } }: AskedOverlay): readonly FindingDraft[] {
  const { type = '', tag = '', value = '', package: packageName = '' } = fields;
  const isStatic = tag.toLowerCase() === 'release' && packageName === '' && !/%\{?\??autorelease\b/.test(value);
  const isCalculated = releaseCalculation !== undefined && releaseCalculation !== 'manual';
  return when(writing.includes(type) && isStatic && isCalculated, () => ({
    code: 'static-release',
    message: `Release becomes ${shown(value)}, and release calculation "${releaseCalculation}" goes on counting from there`,
    suggestion: { text: 'set release.calculation = "manual", or leave the release to the calculation' },
  }));
}
