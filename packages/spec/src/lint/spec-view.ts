import { fromByteText } from '../byte-text.ts';
import { lowered } from '../letter-case.ts';
import type { OverlayMode } from '../overlay.ts';
import { headerWords } from '../spec-line.ts';
import { SpecLines } from '../spec-lines.ts';
import { type SpecSection, sectionsOf, type TagLine, tagsOf } from '../spec-sections.ts';
import type { SpecText } from '../spec-text.ts';
import { tokensOf } from '../white-space.ts';
import { type Branch, branchMap } from './branch-map.ts';
import { type Embedding, embeddedText } from './embedded-text.ts';

/** A spec with what rules ask of it, each found when it is first asked for. Lines are byte strings; indexes from 0. */
export class SpecView {
  readonly text: SpecText;
  readonly lines: readonly string[];
  readonly mode: OverlayMode;
  readonly #indexed: SpecLines;
  #sections: readonly SpecSection[] | undefined;
  #branches: readonly (Branch | undefined)[] | undefined;
  #embedded: ReadonlyMap<number, Embedding> | undefined;
  #mainName: string | undefined;

  /** Throws `SPEC_LINE_TOO_LONG`. */
  constructor(text: SpecText, mode: OverlayMode) {
    this.text = text;
    this.#indexed = new SpecLines(text);
    this.lines = this.#indexed.slice(0, this.#indexed.length);
    this.mode = mode;
  }

  get sections(): readonly SpecSection[] {
    this.#sections ??= sectionsOf(this.#indexed, this.mode);
    return this.#sections;
  }

  /** By line index: the branch of the place before the line. */
  get branches(): readonly (Branch | undefined)[] {
    this.#branches ??= branchMap(this.lines, this.mode, (line) => this.embedded.get(line) === 'macro');
    return this.#branches;
  }

  get embedded(): ReadonlyMap<number, Embedding> {
    this.#embedded ??= embeddedText(this.lines, this.mode);
    return this.#embedded;
  }

  /** The value of the first Name tag; empty when there is none. */
  get mainName(): string {
    this.#mainName ??= this.tags('').find(({ tag }) => lowered(tag) === 'name')?.value ?? '';
    return this.#mainName;
  }

  tags(packageName: string): TagLine[] {
    return this.sections
      .filter((section) => section.package === packageName)
      .flatMap((section) => this.tagsOf(section));
  }

  tagsOf(section: SpecSection): TagLine[] {
    return tagsOf(this.#indexed, section);
  }

  /** The section that a line is in, headers included. */
  sectionAt(line: number): SpecSection {
    let [low, high] = [0, this.sections.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      [low, high] = (this.sections[middle] as SpecSection).start <= line ? [middle, high] : [low, middle - 1];
    }
    return this.sections[low] as SpecSection;
  }

  /** `"%if 1" (line 3)`. */
  quote(line: number): string {
    return `${JSON.stringify(
      fromByteText(this.lines[line] ?? '')
        .trim()
        .slice(0, 80),
    )} (line ${line + 1})`;
  }

  /** The full name of the package of a section, with `%{name}` for that of the spec; empty for the main package. */
  fullName(section: SpecSection): string {
    if (section.package === '') {
      return '';
    }
    const { name } = headerWords(tokensOf(this.lines[section.start] as string), this.mode);
    return name === undefined ? `%{name}-${section.package}` : this.fullNameOf(name);
  }

  /** As `fullName`, for what stands after `-n`. */
  fullNameOf(name: string): string {
    const main = this.mainName;
    return main !== '' && !main.includes('%') && (name === main || name.startsWith(`${main}-`))
      ? `%{name}${name.slice(main.length)}`
      : name.replace(/^%name(?=-|$)/, '%{name}');
  }
}

/** What a section is called in messages: `%files devel`, `the preamble`. */
export function sectionTitle({ name, package: packageName }: { name: string; package: string }): string {
  return name === '' ? 'the preamble' : fromByteText([name, packageName].filter((part) => part !== '').join(' '));
}
