import type { SlipwayError } from '@slipway/core';
import { fromByteText, toByteText } from '../byte-text.ts';
import { lowered } from '../letter-case.ts';
import type { NumberedLine } from '../nearest-lines.ts';
import type { PatchOverlay, SpecOverlay } from '../overlay.ts';
import type { FindingDraft } from './lint-finding.ts';
import type { OverlayFields } from './lint-input.ts';
import { shown, when } from './lint-rule.ts';
import { applied, type LintStep } from './lint-steps.ts';
import { changedLines } from './overlay-reach.ts';
import { otherSpellings } from './package-rules.ts';
import { headerHead } from './regex-rules.ts';
import { quoteRegex, type RegexToken, regexTokens } from './regex-tokens.ts';
import { regexTraps, withoutTraps } from './regex-traps.ts';
import { SpecView } from './spec-view.ts';

/** Why an overlay could not be applied; where a small change helps, that was tried. */
export function failureFindings(step: LintStep): readonly FindingDraft[] {
  const { failure } = step;
  if (failure === undefined || failure.code === 'SPEC_BAD_REGEX') {
    return [];
  }
  return [
    quotedRegex(step) ?? headerRegex(step) ?? otherSelector(step) ?? generated(step) ?? plainFailure(step, failure),
  ];
}

/** Fields that make the overlay apply, where `changes` do. */
function tried(step: LintStep, changes: OverlayFields): LintStep | undefined {
  const fields = { ...step.fields, ...changes };
  const after = applied(step.before, fields as SpecOverlay | PatchOverlay);
  return after instanceof SpecView ? { ...step, fields, after } : undefined;
}

function quotedRegex(step: LintStep): FindingDraft | undefined {
  const { type, regex = '' } = step.fields;
  if (type !== 'spec-search-replace') {
    return undefined;
  }
  for (const quoted of new Set(quotings(regex))) {
    const [changed] = quoted === regex ? [] : changedLines({ ...step, fields: { ...step.fields, regex: quoted } });
    if (changed !== undefined) {
      const line = changed.line + 1;
      return {
        code: 'regex-unquoted',
        severity: 'error',
        line,
        message: `no line matches ${shown(regex)}, but line ${line} is what it says when its operators are quoted`,
        suggestion: { text: 'put a backslash before what is meant literally', replacement: { regex: quoted } },
      };
    }
  }
  return undefined;
}

/** An expression that matches, but with its operators quoted would match too and do something else. */
export function misreadRegex(step: LintStep): readonly FindingDraft[] {
  const { type, regex = '' } = step.fields;
  const tokens = type === 'spec-search-replace' ? regexTokens(regex) : [];
  const traps = regexTraps(tokens);
  const quoted = withoutTraps(tokens, traps);
  const meant = traps.length === 0 ? [] : changedLines({ ...step, fields: { ...step.fields, regex: quoted } });
  const done = new Map(meant.length === 0 ? [] : changedLines(step).map(({ line, after }) => [line, after]));
  const differing = meant.find(({ line, after }) => done.get(line) !== after);
  return when(differing !== undefined, () => ({
    code: 'regex-unquoted',
    line: (differing?.line ?? 0) + 1,
    message: `${shown(regex)} matches otherwise than it reads: ${traps[0]?.effect ?? ''}`,
    suggestion: { text: 'put a backslash before what is meant literally', replacement: { regex: quoted } },
  }));
}

/** The expression with less and less of it taken as operators. */
function quotings(regex: string): string[] {
  const tokens = regexTokens(regex);
  return [
    withoutTraps(tokens, regexTraps(tokens)),
    ...[isPunctuation, isOperator].map((test) => quotedWhere(tokens, test)),
  ];
}

function quotedWhere(
  tokens: readonly RegexToken[],
  test: (tokens: readonly RegexToken[], at: number) => boolean,
): string {
  return tokens.map(({ text }, at) => (test(tokens, at) ? quoteRegex(text) : text)).join('');
}

/** Groups, and repetition of a single character; `.*`, `\s+` and classes stay. */
function isPunctuation(tokens: readonly RegexToken[], at: number): boolean {
  const { kind } = tokens[at] as RegexToken;
  const repeats = kind === 'repeat' && ['literal', 'quoted', 'open', 'close'].includes(tokens[at - 1]?.kind ?? '');
  return repeats || kind === 'close' || tokens[at]?.text === '(';
}

/** Everything but what must be an operator: `\s`, and `^` and `$` at the ends. */
function isOperator(tokens: readonly RegexToken[], at: number): boolean {
  const { kind, text } = tokens[at] as RegexToken;
  const isEdge = (at === 0 && text === '^') || (at === tokens.length - 1 && text === '$');
  const isEscape = text.startsWith('\\') || (tokens[at - 1]?.text === '\\s' && kind === 'repeat');
  return !isEdge && !isEscape && kind !== 'literal' && kind !== 'quoted' && kind !== 'silent';
}

function headerRegex(step: LintStep): FindingDraft | undefined {
  const { type, regex = '' } = step.fields;
  const head = type === 'spec-search-replace' ? headerHead(regexTokens(regex)) : undefined;
  const line = head === undefined ? -1 : step.before.sections.findIndex(({ name }) => name === head);
  return line < 0
    ? undefined
    : {
        code: 'regex-header',
        line: (step.before.sections[line]?.start ?? 0) + 1,
        message: `${shown(regex)} looks for the section header ${head}, and headers are never searched`,
        suggestion: { text: 'name the section with "section", or use spec-remove-section or spec-prepend-lines' },
      };
}

/** The package in its other spelling, or the section in the case that the spec has. */
function otherSelector(step: LintStep): FindingDraft | undefined {
  const { before, fields } = step;
  const spellings = fields.package ? otherSpellings(before, fields.package) : [];
  for (const packageName of spellings) {
    if (tried(step, { package: packageName }) !== undefined) {
      const suggestion = { text: `write the package as the header does`, replacement: { package: packageName } };
      const message = `the spec has package ${shown(fields.package ?? '')} under the name ${shown(packageName)}`;
      return { code: 'package-spelling', message, suggestion };
    }
  }
  const wanted = lowered(toByteText(fields.section ?? ''));
  const cased = wanted === '' ? undefined : before.sections.find(({ name }) => lowered(name) === wanted)?.name;
  const section = cased === undefined ? undefined : fromByteText(cased);
  if (section === undefined || section === fields.section || tried(step, { section }) === undefined) {
    return undefined;
  }
  const message = `the spec writes ${section}, and ${shown(fields.section ?? '')} is another spelling`;
  return {
    code: 'section-case',
    severity: 'error',
    message,
    suggestion: { text: 'write it as the spec does', replacement: { section } },
  };
}

/** Macros of Fedora that expand to the sections of subpackages, and those that may make the main package's too. */
const subpackageMacros =
  /%\{?\??(?:ghc_lib_subpackage|pyproject_extras_subpkg|python_extras_subpkg|kernel_variant_package|kernel_variant_files)\b/;
const packageMacros = /%\{?\??(?:gopkg|godevelpkg|goaltpkg|gopkgfiles|fontpkg|fontmetapkg|fontfiles)\b/;
const packageSections = ['', '%package', '%description', '%files'];

function generated({ before, fields, failure }: LintStep): FindingDraft | undefined {
  const { section = '', package: packageName = '' } = fields;
  if (failure?.code !== 'SPEC_NO_SECTION' || !packageSections.includes(section)) {
    return undefined;
  }
  const line = before.lines.findIndex(
    (text, index) =>
      text.includes('%') &&
      !text.startsWith('#') &&
      !before.embedded.has(index) &&
      (packageMacros.test(text) || (packageName !== '' && subpackageMacros.test(text))),
  );
  return line < 0
    ? undefined
    : {
        code: 'section-generated',
        line: line + 1,
        message: `the spec writes no section ${shown([section, packageName].filter(Boolean).join(' '))}; ${before.quote(line)} makes sections when the spec is built`,
        suggestion: {
          text: 'change the arguments of the macro with spec-search-replace, or replace the macro by its text',
        },
      };
}

function plainFailure({ fields }: LintStep, failure: SlipwayError): FindingDraft {
  const nearest = (failure.data?.nearest ?? []) as readonly NumberedLine[];
  const shownLines = nearest.map(({ line, text }) => `${line}: ${text.trim()}`).join('; ');
  const hint = failure.hint ?? 'compare it with the spec';
  const line = nearest[0]?.line ?? (failure.data?.line as number | undefined);
  return {
    code: 'overlay-fails',
    ...(line !== undefined && { line }),
    message: `${fields.type} cannot be applied: ${failure.message}`,
    suggestion: { text: nearest.length === 0 ? hint : `${hint}; nearest: ${shownLines}` },
  };
}
