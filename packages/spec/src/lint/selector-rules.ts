import { nearestNames } from '@slipway/core';
import { lowered } from '../letter-case.ts';
import { parseLine, type SectionType } from '../spec-line.ts';
import type { FindingDraft, LintSuggestion } from './lint-finding.ts';
import type { OverlayFields } from './lint-input.ts';
import { type AskedOverlay, shown, when } from './lint-rule.ts';

/** Sections, packages, tags and values that can be nowhere, or hardly. */
export function selectorFindings(asked: AskedOverlay): readonly FindingDraft[] {
  const { fields } = asked;
  const blanks = blankEnds(fields);
  return blanks.length > 0
    ? blanks
    : [...sectionName(asked), ...withoutPackages(fields), ...tagName(fields), ...fullPackageName(asked)];
}

const compared = ['section', 'package', 'tag'] as const;

/** What is compared is trimmed in the spec and not in the overlay. */
function blankEnds(fields: OverlayFields): readonly FindingDraft[] {
  const isRemoval = fields.type === 'spec-remove-tag';
  const names = [...compared, ...(isRemoval ? (['value'] as const) : [])];
  return names.flatMap((name) => {
    const text = fields[name] ?? '';
    return when(text !== text.trim() && text.trim() !== '', () => ({
      code: 'blank-ends',
      message: `${name} ${shown(text)} has blanks at its ends, and nothing in a spec that it is compared with has`,
      suggestion: { text: 'remove the blanks', replacement: { [name]: text.trim() } },
    }));
  });
}

const sectionNames = `package description prep conf build install check clean generate_buildrequires files changelog
patchlist sourcelist pre post preun postun pretrans posttrans preuntrans postuntrans verify triggerin triggerun
triggerprein triggerpostun filetriggerin filetriggerun filetriggerpostun transfiletriggerin transfiletriggerun
transfiletriggerpostun`
  .split(/\s+/)
  .map((name) => `%${name}`);

/** Sections of rpm that azldev takes for text of the section before them. */
const unread = ['%verifyscript', '%trigger', '%sepolicy'];

function sectionName({ fields: { section = '' }, input }: AskedOverlay): readonly FindingDraft[] {
  if (section === '' || sectionNames.includes(section)) {
    return [];
  }
  if (parseLine(section, 'text').kind === 'header' && !/\s/.test(section)) {
    return when(input.spec === undefined, () => ({
      code: 'section-case',
      message: `section ${shown(section)} is found only where the spec spells it like this`,
      suggestion: { text: 'most specs have lower case', replacement: { section: lowered(section) } },
    }));
  }
  return [unknownSection(section)];
}

function unknownSection(section: string): FindingDraft {
  if (unread.includes(section.toLowerCase())) {
    return {
      code: 'section-unknown',
      message: `${section} is no section to overlays: its lines are text of the section before it`,
      suggestion: { text: 'use spec-search-replace on the section before it' },
    };
  }
  const message = `no section is called ${shown(section)}`;
  return { code: 'section-unknown', message, suggestion: sectionSuggestion(section) };
}

function sectionSuggestion(section: string): LintSuggestion {
  if (/^%?(?:preamble|global|header|main)$/i.test(section)) {
    return { text: 'the text before the first header is the section ""', replacement: { section: '' } };
  }
  const [word = '', ...rest] = section.split(/\s+/);
  const name = word.startsWith('%') ? word : `%${word}`;
  const near = sectionNames.includes(name) ? name : nearestNames(name, sectionNames)[0];
  if (near === undefined) {
    return { text: 'write the name of a section with its percent sign, as in %install' };
  }
  const packageName = rest.at(-1);
  const replacement = { section: near, ...(packageName !== undefined && { package: packageName }) };
  return { text: `did you mean ${near}?`, replacement };
}

const withoutPackage: readonly SectionType[] = ['changelog', 'file-list'];

function withoutPackages({ section = '', package: packageName = '' }: OverlayFields): readonly FindingDraft[] {
  const line = parseLine(section, 'text');
  const never = packageName !== '' && line.kind === 'header' && withoutPackage.includes(line.type);
  return when(never, () => ({
    code: 'section-without-package',
    message: `${section} belongs to no package: ${shown(packageName)} is never found there`,
    suggestion: { text: 'leave the package out' },
  }));
}

/** A tag that is added may have a blank in its qualifiers (`Requires(pre, post)`); none is found again by such a name. */
function tagName({ tag = '', type = 'spec-add-tag' }: OverlayFields): readonly FindingDraft[] {
  const isAdded = type === 'spec-add-tag' || type === 'spec-insert-tag';
  const name = isAdded ? tag.replace(/\([^()]*\)/g, '') : tag;
  return when(/[\s:]/.test(name), () => ({
    code: 'tag-malformed',
    message: `${shown(tag)} is no name of a tag: it has a blank or a colon`,
    suggestion: { text: 'write the name alone', replacement: { tag: tag.trim().split(/[\s:]/)[0] ?? '' } },
  }));
}

/** `demo-devel` in component `demo`; a spec that is at hand decides it. */
function fullPackageName({ fields, input }: AskedOverlay): readonly FindingDraft[] {
  const packageName = fields.package ?? '';
  const prefix = `${input.component}-`;
  const isDoubtful = input.spec === undefined && packageName.startsWith(prefix) && packageName.length > prefix.length;
  return when(isDoubtful, () => ({
    code: 'package-base-name',
    message: `package ${shown(packageName)} is right only where the spec has "-n ${packageName}"`,
    suggestion: {
      text: `a header "%package ${packageName.slice(prefix.length)}" is addressed without the name of the component`,
      replacement: { package: packageName.slice(prefix.length) },
    },
  }));
}
