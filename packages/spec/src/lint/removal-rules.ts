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

/** What is left of packages, macros and conditionals of which the overlays removed a part. */
export function leftovers(tried: TriedOverlays, final: SpecView): readonly FindingDraft[] {
  return [...undeclared(tried, final), ...undefinedMacros(tried, final), ...unpaired(tried, final)];
}

/** For each name the last overlay that takes it from those that `namesOf` finds in the spec; all in one more trial. */
function removers(
  { again }: TriedOverlays,
  names: ReadonlySet<string>,
  namesOf: (view: SpecView) => ReadonlySet<string>,
): ReadonlyMap<string, LintStep> {
  const last = new Map<string, LintStep>();
  let before: ReadonlySet<string> | undefined;
  for (const step of names.size === 0 ? [] : again()) {
    before ??= namesOf(step.before);
    const after = step.before === step.after ? before : namesOf(step.after);
    for (const name of after === before ? [] : names) {
      if (before.has(name) && !after.has(name)) {
        last.set(name, step);
      }
    }
    before = after;
  }
  return last;
}

/** The overlay after which the conditionals do not pair up any more, to the end. */
function unpaired(tried: TriedOverlays, final: SpecView): readonly FindingDraft[] {
  const isBroken = unpairedLine(final) !== undefined && unpairedLine(tried.original) === undefined;
  const sound = (view: SpecView) => new Set(unpairedLine(view) === undefined ? ['sound'] : []);
  const step = removers(tried, new Set(isBroken ? ['sound'] : []), sound).get('sound');
  return step === undefined ? [] : [tornConditional(step)];
}

function tornConditional({ overlay, after }: LintStep): FindingDraft {
  return {
    code: 'conditionals-unpaired',
    overlay,
    message: `after it ${after.quote(unpairedLine(after) ?? 0)} of the result has no partner`,
    suggestion: { text: 'change the partner too' },
  };
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

function undeclared(tried: TriedOverlays, final: SpecView): FindingDraft[] {
  const left = final.sections.filter((section) => section.name !== '' && section.package !== '');
  const declared = declaredPackages(final);
  const sections = Map.groupBy(left, (section) => final.fullName(section));
  const gone = [...declaredPackages(tried.original)].filter((name) => !declared.has(name) && sections.has(name));
  const steps = removers(tried, new Set(gone), declaredPackages);
  return [...steps].map(([name, step]) => dangling(step, name, sections.get(name) ?? []));
}

function declaredPackages(view: SpecView): ReadonlySet<string> {
  const packages = view.sections.filter((section) => section.type === 'package' && section.name !== '');
  return new Set(packages.map((section) => view.fullName(section)));
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

function undefinedMacros(tried: TriedOverlays, final: SpecView): FindingDraft[] {
  const defined = definitions(final);
  const gone = [...definitions(tried.original)].filter((name) => !defined.has(name) && !elsewhereDefined.has(name));
  const used = gone.length === 0 ? new Map<string, number>() : usedMacros(final, new Set(gone));
  const steps = removers(tried, new Set(used.keys()), definitions);
  return [...steps].map(([name, step]) => undefinedMacro(step, name, final.quote(used.get(name) ?? 0)));
}

function undefinedMacro({ overlay }: LintStep, name: string, use: string): FindingDraft {
  return {
    code: 'macro-undefined',
    overlay,
    message: `the definition of %{${name}} is removed, and ${use} of the result uses it`,
    suggestion: { text: `define it with another value instead, as in ${shown(`%global ${name} 0`)}` },
  };
}

function definitions(view: SpecView): ReadonlySet<string> {
  return new Set(view.lines.flatMap((line) => definition.exec(line)?.[1] ?? []));
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
