import { fromByteText, toByteText } from '../byte-text.ts';
import { patchFileName } from '../patch-overlays.ts';
import type { FindingDraft } from './lint-finding.ts';
import type { LintInput, OverlayFields } from './lint-input.ts';
import { shown, when } from './lint-rule.ts';
import type { TriedOverlays } from './lint-steps.ts';
import { declaredPatches, fileOf, isApplied, patchUses } from './patch-uses.ts';
import type { SpecView } from './spec-view.ts';

/** Patches that nothing applies, commands that apply what is gone, and files that no tag names. */
export function patchFindings(tried: TriedOverlays, final: SpecView, input: LintInput): readonly FindingDraft[] {
  return [...notApplied(tried, final), ...undeclared(tried, final), ...unnamedFiles(input, final)];
}

function notApplied({ tried }: TriedOverlays, final: SpecView): FindingDraft[] {
  const added = tried.flatMap(({ overlay, fields, failed }) => {
    const file = failed ? undefined : addedPatch(fields);
    return file === undefined ? [] : [{ overlay, file }];
  });
  const patches = new Map(added.length === 0 ? [] : declaredPatches(final)?.map((patch) => [patch.file, patch]));
  const uses = patchUses(final);
  return added.flatMap(({ overlay, file }) => {
    const patch = patches.get(toByteText(file));
    return patch === undefined || isApplied(final, uses, patch) ? [] : [idlePatch(overlay, file, patch.number)];
  });
}

function idlePatch(overlay: number, file: string, number: number): FindingDraft {
  const command = `%patch -P ${number} -p1`;
  return {
    code: 'patch-not-applied',
    overlay,
    message: `${file} becomes patch ${number}, and nothing in the spec applies it`,
    suggestion: {
      text: `add ${shown(command)} to %prep after the sources are unpacked, or use %autosetup`,
      replacement: { type: 'spec-append-lines', section: '%prep', lines: [command] },
    },
  };
}

function addedPatch({ type, tag = '', value = '', source = '', file }: OverlayFields): string | undefined {
  if (type === 'patch-add') {
    return patchFileName({ type, source, ...(file !== undefined && { file }) });
  }
  const writes = type !== 'spec-remove-tag' && type?.endsWith('-tag') === true;
  return writes && /^patch\d*$/i.test(tag) ? fileOf(value) : undefined;
}

/** Commands for patches that are not there, but for those of upstream itself. */
function undeclared({ original, again }: TriedOverlays, final: SpecView): FindingDraft[] {
  const before = undeclaredNumbers(original);
  const found = new Map([...undeclaredNumbers(final)].filter(([number]) => !before.has(number)));
  const drafts: FindingDraft[] = [];
  for (const { after, overlay } of found.size === 0 ? [] : again()) {
    for (const number of undeclaredNumbers(after).keys()) {
      const line = found.get(number);
      if (line !== undefined) {
        found.delete(number);
        drafts.push(missingPatch(overlay, number, final.quote(line)));
      }
    }
  }
  return drafts;
}

function missingPatch(overlay: number, number: number, use: string): FindingDraft {
  return {
    code: 'patch-undeclared',
    overlay,
    message: `there is no patch ${number}, and ${use} of the result applies it`,
    suggestion: { text: 'remove the command with spec-search-replace, or give it the number of the patch' },
  };
}

function undeclaredNumbers(view: SpecView): ReadonlyMap<number, number> {
  const patches = declaredPatches(view);
  const declared = new Set(patches?.map(({ number }) => number));
  const used = patches === undefined ? [] : [...patchUses(view).numbers];
  return new Map(used.filter(([number, line]) => line >= 0 && !declared.has(number)));
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
