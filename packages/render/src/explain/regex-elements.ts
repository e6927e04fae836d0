/** One element of a sequence in a regular expression, with its repetition. */
export interface RegexElement {
  readonly source: string;
  /** The text that it matches, as far as it is the same in every match; else empty. */
  readonly literal: string;
  /** Sets flags for what follows and matches nothing: `(?i)`. */
  readonly isFlags?: boolean;
  /** For a group that stands once: what opens it, and the sequences to choose from. */
  readonly group?: { readonly open: string; readonly branches: readonly RegexElement[][] };
}

const repetition = /[*+?]|\{(?:0|[1-9][0-9]*)(?:,(?:0|[1-9][0-9]*)?)?\}/y;
const escape = /\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[pP]\{[^}]*\}|[pP].|[0-7]{1,3}|[^])/uy;
const quotation = /\\Q([^]*?)(?:\\E|$)/y;
const bracket = /\[\^?\]?(?:\[:\^?[a-z]*:\]|\\[^]|[^\]\\])*\]/y;
const groupOpening = /\((?:\?P?<[^>]*>|\?[imsU-]*[:)])?/y;
const controls: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v', a: '\x07', s: ' ' };

/** The branches of an expression that RE2 accepts, each as its elements; joined they are the expression again. */
export function parseRegexElements(pattern: string): RegexElement[][] {
  return new ElementReader(pattern).branches();
}

/** The text that an expression asks for, in the first of its branches. */
export function literalOfRegex(elements: readonly RegexElement[]): string {
  return elements.map(({ literal }) => literal).join('');
}

/** An expression that matches this text and nothing else. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

class ElementReader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  branches(): RegexElement[][] {
    const branches = [this.#sequence()];
    while (this.#pattern[this.#at] === '|') {
      this.#at++;
      branches.push(this.#sequence());
    }
    return branches;
  }

  #sequence(): RegexElement[] {
    const elements: RegexElement[] = [];
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] as string)) {
      const atoms = this.#atoms();
      const last = atoms.pop();
      elements.push(...atoms, ...(last === undefined ? [] : [this.#repeated(last)]));
    }
    return elements;
  }

  #repeated(atom: RegexElement): RegexElement {
    const count = this.#take(repetition)?.[0];
    if (count === undefined) {
      return atom;
    }
    const lazy = this.#pattern[this.#at] === '?' ? '?' : '';
    this.#at += lazy.length;
    const isRequired = count === '+' || /^\{[1-9]/.test(count);
    return { source: atom.source + count + lazy, literal: isRequired ? atom.literal : '' };
  }

  /** One atom; several for a quotation, none for an empty one. */
  #atoms(): RegexElement[] {
    const quoted = this.#take(quotation);
    if (quoted !== undefined) {
      return Array.from(quoted[1] as string, (literal) => ({ source: quoteRegex(literal), literal }));
    }
    const source = this.#take(escape)?.[0];
    if (source !== undefined) {
      return [{ source, literal: literalOfEscape(source) }];
    }
    const set = this.#take(bracket)?.[0];
    if (set !== undefined) {
      return [{ source: set, literal: Array.from(set).length === 3 && set[1] !== '^' ? (set[1] as string) : '' }];
    }
    const open = this.#take(groupOpening)?.[0];
    return [open === undefined ? this.#character() : this.#group(open)];
  }

  #group(open: string): RegexElement {
    if (open.endsWith(')')) {
      return { source: open, literal: '', isFlags: true };
    }
    const start = this.#at;
    const branches = this.branches();
    this.#at++;
    const source = open + this.#pattern.slice(start, this.#at);
    return { source, literal: literalOfRegex(branches[0] ?? []), group: { open, branches } };
  }

  #character(): RegexElement {
    const source = String.fromCodePoint(this.#pattern.codePointAt(this.#at) as number);
    this.#at += source.length;
    return { source, literal: '^$.'.includes(source) ? '' : source };
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern);
    this.#at += found?.[0].length ?? 0;
    return found ?? undefined;
  }
}

function literalOfEscape(source: string): string {
  const rest = source.slice(1);
  const code = /^x\{?([0-9A-Fa-f]+)/.exec(rest)?.[1];
  if (code !== undefined) {
    return String.fromCodePoint(Number.parseInt(code, 16));
  }
  if (/^[0-7]/.test(rest)) {
    return String.fromCodePoint(Number.parseInt(rest, 8));
  }
  return /^[0-9A-Za-z]/.test(rest) ? (controls[rest] ?? '') : rest;
}
