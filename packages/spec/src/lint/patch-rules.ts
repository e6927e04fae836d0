import { fromByteText, toByteText } from '../byte-text.ts';
import { patchFileName } from '../patch-overlays.ts';
import type { FindingDraft } from './lint-finding.ts';
import type { LintInput, OverlayFields } from './lint-input.ts';
import { shown, when } from './lint-rule.ts';
import type { LintStep, TriedOverlays } from './lint-steps.ts';
import { declaredPatches, fileOf, isApplied, patchUses } from './patch-uses.ts';
import type { SpecView } from './spec-view.ts';

/** Patches that nothing applies, commands that apply what is gone, and files that no tag names. */
export function patchFindings({ steps, original, final }: TriedOverlays, input: LintInput): readonly FindingDraft[] {
  if (original === undefined || final === undefined) {
    return [];
  }
  return [...notApplied(steps, final), ...undeclared(steps, original, final), ...unnamedFiles(input, final)];
}

function notApplied(steps: readonly LintStep[], final: SpecView): FindingDraft[] {
  const added = steps.flatMap(({ overlay, fields, failure }) => {
    const file = failure === undefined ? addedPatch(fields) : undefined;
    return file === undefined ? [] : [{ overlay, file }];
  });
  const patches = added.length === 0 ? undefined : declaredPatches(final);
  const uses = patchUses(final);
  return added.flatMap(({ overlay, file }) => {
    const patch = patches?.find((each) => each.file === toByteText(file));
    return when(patch !== undefined && !isApplied(final, uses, patch), () => {
      const command = `%patch -P ${patch?.number} -p1`;
      return {
        code: 'patch-not-applied',
        overlay,
        message: `${file} becomes patch ${patch?.number}, and nothing in the spec applies it`,
        suggestion: {
          text: `add ${shown(command)} to %prep after the sources are unpacked, or use %autosetup`,
          replacement: { type: 'spec-append-lines', section: '%prep', lines: [command] },
        },
      };
    });
  });
}

function addedPatch({ type, tag = '', value = '', source = '', file }: OverlayFields): string | undefined {
  if (type === 'patch-add') {
    return patchFileName({ type, source, ...(file !== undefined && { file }) });
  }
  const writes = type !== 'spec-remove-tag' && type?.endsWith('-tag') === true;
  return writes && /^patch\d*$/i.test(tag) ? fileOf(value) : undefined;
}

/** Commands for patches that are not there, but for those of upstream itself. */
function undeclared(steps: readonly LintStep[], original: SpecView, final: SpecView): FindingDraft[] {
  const before = undeclaredNumbers(original);
  return [...undeclaredNumbers(final)].flatMap(([number, line]) => {
    const step = before.has(number) ? undefined : steps.find(({ after }) => undeclaredNumbers(after).has(number));
    return step === undefined
      ? []
      : [
          {
            code: 'patch-undeclared',
            overlay: step.overlay,
            message: `there is no patch ${number} any more, and ${final.quote(line)} of the result applies it`,
            suggestion: { text: 'remove the command with spec-search-replace' },
          },
        ];
  });
}

const numbersOf = new WeakMap<SpecView, ReadonlyMap<number, number>>();

function undeclaredNumbers(view: SpecView): ReadonlyMap<number, number> {
  const known = numbersOf.get(view);
  if (known !== undefined) {
    return known;
  }
  const patches = declaredPatches(view);
  const declared = new Set(patches?.map(({ number }) => number));
  const used = patches === undefined ? [] : [...patchUses(view).numbers];
  const numbers = new Map(used.filter(([number, line]) => line >= 0 && !declared.has(number)));
  numbersOf.set(view, numbers);
  return numbers;
}

/** Files are kept when a Source or Patch tag names them. Silent where macros may write such tags. */
function unnamedFiles({ overlays }: LintInput, final: SpecView): FindingDraft[] {
  const added = overlays.flatMap(({ overlay }, index) =>
    overlay.type === 'file-add' ? [{ index, file: overlay.file }] : [],
  );
  if (added.length === 0 || final.lines.some((line) => /%include\b|%\{?load\b|%\{lua:|%sourcelist/.test(line))) {
    return [];
  }
  const patterns = sourceNames(final).map(literalPieces);
  return added.flatMap(({ index, file }) => {
    const name = toByteText(fileOf(file));
    const isNamed = final.text.text.includes(name) || patterns.some((pieces) => hasPieces(name, pieces));
    return when(!isNamed, () => ({
      code: 'file-undeclared',
      overlay: index,
      message: `no Source or Patch tag names ${shown(fromByteText(name))}`,
      suggestion: { text: 'add a Source tag for it with spec-insert-tag, or a patch with patch-add' },
    }));
  });
}

function sourceNames(view: SpecView): string[] {
  return view.sections
    .flatMap(({ body, end, type }) => (type === 'package' ? view.lines.slice(body, end) : []))
    .flatMap((line) => /^(?:source|patch)\d*:\s*(\S+)/i.exec(line)?.[1] ?? [])
    .map(fileOf);
}

/** What stands between the macros of a value. */
function literalPieces(value: string): readonly string[] {
  return value.split(/%\{[^}]*\}|%\w+/);
}

function hasPieces(name: string, [first = '', ...rest]: readonly string[]): boolean {
  let at = name.startsWith(first) ? first.length : -1;
  for (const piece of rest) {
    const next = at < 0 ? -1 : name.indexOf(piece, at);
    at = next < 0 ? -1 : next + piece.length;
  }
  return at >= 0 && rest.length > 0 && name.endsWith(rest.at(-1) ?? '');
}
