import { toByteText } from '../byte-text.ts';
import type { SpecView } from './spec-view.ts';

export interface DeclaredPatch {
  readonly number: number;
  readonly file: string;
  /** Line index. */
  readonly line: number;
}

/** The patches of a spec with the numbers that rpm gives them; undefined where a macro decides. */
export function declaredPatches(view: SpecView): readonly DeclaredPatch[] | undefined {
  const patches: DeclaredPatch[] = [];
  let last = -1;
  for (const section of view.sections) {
    for (const { line, tag, value } of view.tagsOf(section)) {
      const digits = /^patch(\d*|.*%.*)$/i.exec(tag)?.[1];
      if (digits?.includes('%')) {
        return undefined;
      }
      if (digits !== undefined) {
        last = digits === '' ? last + 1 : Number(digits);
        patches.push({ number: last, file: fileOf(value), line });
      }
    }
    for (let line = section.body; section.name.toLowerCase() === '%patchlist' && line < section.end; line++) {
      const text = (view.lines[line] as string).trim();
      if (text !== '' && !text.startsWith('#')) {
        patches.push({ number: ++last, file: fileOf(text), line });
      }
    }
  }
  return view.lines.some((line) => /^%include\b|^%\{?load\b/.test(line)) ? undefined : patches;
}

/** The name of a patch or source among the sources. */
export function fileOf(value: string): string {
  return value.slice(value.lastIndexOf('/') + 1);
}

/** How a spec applies its patches. */
export interface PatchUses {
  /** Everything is applied. */
  readonly all: boolean;
  /** Something may apply patches that cannot be read here. */
  readonly unknown: boolean;
  /** Numbers that are named, with the first line index. */
  readonly numbers: ReadonlyMap<number, number>;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

export function patchUses(view: SpecView): PatchUses {
  const reader = new UseReader();
  for (const section of view.sections) {
    const isText = section.type === 'text' || section.type === 'changelog' || section.type === 'files';
    for (let line = section.body; line < section.end && !isText; line++) {
      reader.read(view.lines[line] as string, line, section.name.toLowerCase() === '%prep');
    }
  }
  const hasPrep = view.sections.some(({ name }) => name.toLowerCase() === '%prep');
  const { all, numbers, ranges } = reader;
  return { all, numbers, ranges, unknown: reader.unknown || !hasPrep };
}

/** Macros with such names that apply no patches. */
const idle = new Set(['setup', 'forgesetup', 'cargo_prep', 'prep', 'patchlist', 'gosetup']);

class UseReader {
  all = false;
  unknown = false;
  readonly numbers = new Map<number, number>();
  readonly ranges: (readonly [number, number])[] = [];

  read(text: string, line: number, inPrep: boolean): void {
    if (text.startsWith('#') || (!text.includes('%') && !inPrep)) {
      return;
    }
    for (const found of text.matchAll(/%\{?[?!]*([A-Za-z]\w*)/g)) {
      this.#macro(found[1] as string, text.slice(found.index + found[0].length), { line, inPrep });
    }
    this.unknown ||= inPrep && /\bgit +(?:am|apply)\b|\bquilt\b|\bApply\w*Patch|\*\.(?:patch|diff)\b/.test(text);
  }

  #macro(name: string, rest: string, { line, inPrep }: { line: number; inPrep: boolean }): void {
    const numbered =
      /^(?:patch|PATCH)(\d+)$/.exec(name)?.[1] ?? (/^(?:P|PATCH)$/.test(name) && /^:(\d+)/.exec(rest)?.[1]);
    const words = (rest.split('}', 1)[0] as string).trim().split(/\s+/);
    if (numbered) {
      this.#use(Number(numbered), line);
    } else if (name === 'autosetup' || name === 'forgeautosetup') {
      this.all ||= !words.some((word) => /^-[A-Za-z]*N$|^-N[A-Za-z]*$/.test(word));
    } else if (name === 'goprep' || name === 'gosetup') {
      this.all ||= words.includes('-A');
    } else if (name === 'autopatch') {
      this.#autopatch(words);
    } else if (name === 'patch') {
      this.#patch(words, line);
    } else if (name === 'patches') {
      this.all = true;
    } else {
      this.unknown ||= inPrep && !idle.has(name) && /patch|prep|setup|^lua$|^include$|^load$/i.test(name);
    }
  }

  #use(number: number, line: number): void {
    if (!this.numbers.has(number)) {
      this.numbers.set(number, line);
    }
  }

  /** `-m` and `-M` limit it; without them and without numbers it is all. */
  #autopatch(words: readonly string[]): void {
    const after = (option: string) => Number(words[words.indexOf(option) + 1]);
    const numbers = words.filter((word, index) => /^\d+$/.test(word) && !/^-[mMpF]$/.test(words[index - 1] ?? ''));
    const [from, to] = [words.includes('-m') ? after('-m') : 0, words.includes('-M') ? after('-M') : Infinity];
    this.unknown ||= words.some((word) => word.includes('%') && !word.startsWith('-p')) || Number.isNaN(from + to);
    for (const number of numbers) {
      this.#use(Number(number), -1);
    }
    if (numbers.length === 0) {
      this.ranges.push([from, to]);
    }
  }

  /** `%patch 1 2`, `%patch -P 1`, `%patch -P1`; alone it is patch 0. */
  #patch(words: readonly string[], line: number): void {
    const named = words.flatMap((word, index) => {
      const joined = /^-P(\d+)$/.exec(word)?.[1];
      const previous = words[index - 1] ?? '';
      const isNumber = /^\d+$/.test(word) && !/^-[bzdFpoi]$/.test(previous);
      return joined ?? (isNumber ? word : []);
    });
    const isMacro = words.some(
      (word, index) => word.startsWith('%') || (word.includes('%') && words[index - 1] === '-P'),
    );
    this.unknown ||= isMacro && named.length === 0;
    for (const number of named.length === 0 && !isMacro ? ['0'] : named) {
      this.#use(Number(number), line);
    }
  }
}

/** Whether a patch is applied, or may be by means that cannot be read. */
export function isApplied(view: SpecView, uses: PatchUses, { number, file }: DeclaredPatch): boolean {
  const inRange = uses.ranges.some(([from, to]) => number >= from && number <= to);
  return uses.all || uses.unknown || inRange || uses.numbers.has(number) || isNamed(view, file);
}

/** A script that mentions the file does something with it. */
function isNamed(view: SpecView, file: string): boolean {
  const name = toByteText(file);
  return view.sections.some(
    ({ type, body, end }) => type === 'script' && view.lines.slice(body, end).some((line) => line.includes(name)),
  );
}
