import { fromByteText } from '../byte-text.ts';
import { depthChange } from '../conditionals.ts';
import type { SpecSection } from '../spec-sections.ts';
import type { FindingDraft } from './lint-finding.ts';
import { shown, when } from './lint-rule.ts';
import type { LintStep, TriedOverlays } from './lint-steps.ts';
import { type SpecView, sectionTitle } from './spec-view.ts';

/** A conditional that an overlay leaves with nothing inside. */
export function emptiedConditionals({ before, after, fields }: LintStep): readonly FindingDraft[] {
  if (fields.type !== 'spec-remove-section' && fields.type !== 'spec-remove-subpackage') {
    return [];
  }
  const known = new Set(emptyConditionals(before).map((line) => before.lines.length - line));
  const found = emptyConditionals(after).find((line) => !known.has(before.lines.length - line));
  return when(found !== undefined && emptyConditionals(after).length > known.size, () => ({
    code: 'empty-conditional',
    line: (found as number) + 1,
    message: `${after.quote(found as number)} has nothing inside any more`,
    suggestion: { text: 'remove the conditional with spec-search-replace overlays, or let it be' },
  }));
}

/** Lines with an `%if` whose `%endif` comes next, blank lines aside. */
function emptyConditionals({ lines, mode }: SpecView): number[] {
  const found: number[] = [];
  let opener = -1;
  lines.forEach((line, index) => {
    const change = depthChange(line, mode);
    if (change < 0 && opener >= 0) {
      found.push(opener);
    }
    opener = change > 0 ? index : line.trim() === '' ? opener : -1;
  });
  return found;
}

/** What is left of packages and macros whose declaration the overlays removed. */
export function leftovers({ steps, original, final }: TriedOverlays): readonly FindingDraft[] {
  return original === undefined || final === undefined
    ? []
    : [...undeclared(steps, final), ...undefinedMacros(steps, final), ...unpaired(steps, final)];
}

/** The overlay after which the conditionals do not pair up any more, to the end. */
function unpaired(steps: readonly LintStep[], final: SpecView): readonly FindingDraft[] {
  const culprit = unpairedLine(final) === undefined ? undefined : steps.findLast((step) => breaksPairs(step));
  return when(culprit !== undefined, () => {
    const { overlay, after } = culprit as LintStep;
    const line = unpairedLine(after) as number;
    const message = `after it ${after.quote(line)} of the result has no partner`;
    return { code: 'conditionals-unpaired', overlay, message, suggestion: { text: 'change the partner too' } };
  });
}

function breaksPairs({ before, after }: LintStep): boolean {
  return before !== after && unpairedLine(before) === undefined && unpairedLine(after) !== undefined;
}

/** An `%endif` without `%if`, or an `%if` without `%endif`. */
function unpairedLine({ lines, mode, embedded }: SpecView): number | undefined {
  const open: number[] = [];
  for (const [index, line] of lines.entries()) {
    const change = embedded.get(index) === 'macro' ? 0 : depthChange(line, mode);
    if (change > 0) {
      open.push(index);
    } else if (change < 0 && open.pop() === undefined) {
      return index;
    }
  }
  return open[0];
}

function undeclared(steps: readonly LintStep[], final: SpecView): FindingDraft[] {
  const declared = declaredPackages(final);
  return steps.flatMap((step): FindingDraft[] => {
    const now = declaredPackages(step.after);
    const gone = [...declaredPackages(step.before)].filter((name) => !now.has(name) && !declared.has(name));
    return gone.flatMap((name) => {
      const left = final.sections.filter((section) => isPart(final, section, name));
      return when(left.length > 0, () => dangling(step, name, left));
    });
  });
}

const declarations = new WeakMap<SpecView, ReadonlySet<string>>();

function declaredPackages(view: SpecView): ReadonlySet<string> {
  const known = declarations.get(view);
  if (known !== undefined) {
    return known;
  }
  const packages = view.sections.filter((section) => section.type === 'package' && section.name !== '');
  const names = new Set(packages.map((section) => view.fullName(section)));
  declarations.set(view, names);
  return names;
}

function isPart(view: SpecView, section: SpecSection, name: string): boolean {
  return section.name !== '' && section.package !== '' && view.fullName(section) === name;
}

function dangling({ overlay }: LintStep, name: string, left: readonly SpecSection[]): FindingDraft {
  const titles = left
    .slice(0, 5)
    .map((section) => sectionTitle(section))
    .join(', ');
  return {
    code: 'section-undeclared',
    overlay,
    message: `the %package of ${fromByteText(name)} is removed, and ${titles} stays`,
    suggestion: {
      text: 'remove all of its sections, with spec-remove-subpackage in one step',
      replacement: { type: 'spec-remove-subpackage', package: fromByteText((left[0] as SpecSection).package) },
    },
  };
}

const definition = /^[ \t]*%(?:global|define)[ \t]+([A-Za-z]\w*)/;

/** Macros that rpm or its configuration defines too. */
const elsewhereDefined = new Set([
  'dist',
  'debug_package',
  'optflags',
  'configure',
  'name',
  'version',
  'release',
  'python3_pkgversion',
]);

function undefinedMacros(steps: readonly LintStep[], final: SpecView): FindingDraft[] {
  const defined = definitions(final);
  const gone = new Map<string, number>();
  for (const { before, after, overlay } of steps) {
    const now = before === after ? undefined : definitions(after);
    for (const name of now === undefined ? [] : definitions(before)) {
      if (!now?.has(name) && !defined.has(name) && !elsewhereDefined.has(name)) {
        gone.set(name, overlay);
      }
    }
  }
  const used = gone.size === 0 ? new Map<string, number>() : usedMacros(final, new Set(gone.keys()));
  return [...used].map(([name, line]) => ({
    code: 'macro-undefined',
    overlay: gone.get(name) as number,
    message: `the definition of %{${name}} is removed, and ${final.quote(line)} of the result uses it`,
    suggestion: { text: `define it with another value instead, as in ${shown(`%global ${name} 0`)}` },
  }));
}

const definitionsOf = new WeakMap<SpecView, ReadonlySet<string>>();

function definitions(view: SpecView): ReadonlySet<string> {
  const known = definitionsOf.get(view);
  if (known !== undefined) {
    return known;
  }
  const names = new Set(view.lines.flatMap((line) => definition.exec(line)?.[1] ?? []));
  definitionsOf.set(view, names);
  return names;
}

/** Where each macro is first used without a `?`. */
function usedMacros(view: SpecView, names: ReadonlySet<string>): Map<string, number> {
  const used = new Map<string, number>();
  for (const section of view.sections) {
    for (let line = section.body; line < section.end && section.type !== 'changelog'; line++) {
      const text = view.lines[line] as string;
      for (const [, braced, plain] of text.startsWith('#')
        ? []
        : text.matchAll(/%(?:\{([A-Za-z]\w*)[}: ]|([A-Za-z]\w*))/g)) {
        const name = braced ?? plain ?? '';
        if (names.has(name) && !used.has(name)) {
          used.set(name, line);
        }
      }
    }
  }
  return used;
}
