import { fromByteText } from './byte-text.ts';
import { lowered } from './letter-case.ts';
import { headerWords } from './spec-line.ts';
import { SpecLines } from './spec-lines.ts';
import { type SpecSection, sectionsOf, tagsOf } from './spec-sections.ts';
import type { SpecText } from './spec-text.ts';
import { tokensOf } from './white-space.ts';

export interface SpecTag {
  /** As written, without the qualifiers: `Requires` of `Requires(pre,post)`. */
  readonly name: string;
  /** What stands in parentheses after the name, separated by commas: `pre`, `post`, a language. */
  readonly qualifiers: readonly string[];
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** Whose section it is: the main package's, `<main>-<suffix>`'s, or that of a package named with `-n`. */
export type SectionPackage =
  | { readonly form: 'main' }
  | { readonly form: 'suffix'; readonly suffix: string }
  | { readonly form: 'name'; readonly name: string };

interface SpecLineText {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** A section as it stands: nothing is expanded, no conditional is decided. Text is decoded as UTF-8. */
export interface ReadSection {
  /** Lower case with the percent sign, `%files`; `preamble` for what stands before the first header. */
  readonly kind: string;
  readonly package: SectionPackage;
  /** Values of the options: `f` (files lists), `p` (interpreter), `l` (language), `P` (priority); flags have none. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** What follows `--`: the conditions of a trigger. */
  readonly conditions: string;
  /** Line of the header, from 1; 1 for the preamble. */
  readonly line: number;
  /** The body, without the header. */
  readonly lines: readonly SpecLineText[];
  /** In the preamble and `%package`, in order; empty elsewhere. */
  readonly tags: readonly SpecTag[];
}

const optionsWithValue = new Set(['-f', '-p', '-l', '-P', '-n']);

/** Reads the structure of a spec, the preamble first. Throws `SPEC_LINE_TOO_LONG`. */
export function readSpecSections(spec: SpecText): ReadSection[] {
  const lines = new SpecLines(spec);
  return sectionsOf(lines, 'august-2026').map((section) => readSection(lines, section));
}

/** What stands before the first header. Throws `SPEC_LINE_TOO_LONG`. */
export function readPreamble(spec: SpecText): ReadSection {
  const lines = new SpecLines(spec);
  const [preamble] = sectionsOf(lines, 'august-2026') as [SpecSection];
  return readSection(lines, preamble);
}

/**
 * The kinds of the sections by the lines of their headers, from 1; the preamble has none. A tenth of the work of
 * `readSpecSections`. Throws `SPEC_LINE_TOO_LONG`.
 */
export function readSectionKinds(spec: SpecText): ReadonlyMap<number, string> {
  const [, ...sections] = sectionsOf(new SpecLines(spec), 'august-2026');
  return new Map(sections.map(({ start, name }) => [start + 1, lowered(name)]));
}

function readSection(lines: SpecLines, section: SpecSection): ReadSection {
  const tokens = section.name === '' ? [] : tokensOf(lines.at(section.start) as string);
  const separator = tokens.indexOf('--');
  const head = separator < 0 ? tokens : tokens.slice(0, separator);
  return {
    kind: section.name === '' ? 'preamble' : lowered(section.name),
    package: packageOf(section, head),
    options: optionsOf(head),
    conditions: separator < 0 ? '' : fromByteText(tokens.slice(separator + 1).join(' ')),
    line: section.start + 1,
    lines: lines.slice(section.body, section.end).map((text, index) => ({
      line: section.body + index + 1,
      text: fromByteText(text),
    })),
    tags: tagsOf(lines, section).map(({ line, tag, value }) => ({
      ...tagName(fromByteText(tag)),
      value: fromByteText(value),
      line: line + 1,
    })),
  };
}

function packageOf(section: SpecSection, head: readonly string[]): SectionPackage {
  if (section.package === '') {
    return { form: 'main' };
  }
  const { name, suffix } = headerWords(head, 'august-2026');
  return name === undefined
    ? { form: 'suffix', suffix: fromByteText(suffix ?? '') }
    : { form: 'name', name: fromByteText(name) };
}

function optionsOf(head: readonly string[]): Record<string, string[]> {
  const options: Record<string, string[]> = {};
  for (let index = 1; index < head.length; index++) {
    const token = head[index] as string;
    if (/^-[A-Za-z]$/.test(token)) {
      const values = (options[token.slice(1)] ??= []);
      if (optionsWithValue.has(token) && index + 1 < head.length) {
        values.push(fromByteText(head[++index] as string));
      }
    }
  }
  return options;
}

function tagName(tag: string): { name: string; qualifiers: string[] } {
  const parts = /^([^()]+)\(([^()]*)\)$/.exec(tag);
  return parts === null
    ? { name: tag, qualifiers: [] }
    : { name: parts[1] as string, qualifiers: (parts[2] as string).split(',').filter((part) => part !== '') };
}
