import { readSectionKinds, type SpecText } from '@slipway/spec';
import type { MacroFunction } from './builtin-macros.ts';
import { type BranchState, type Condition, ConditionalStack } from './conditional-stack.ts';
import { evaluateCondition } from './evaluate-condition.ts';
import { type Expansion, type ExpansionOptions, expandMacros, newExpansionBudget } from './expand-macros.ts';
import { joinLogicalLines, type PhysicalLine } from './logical-lines.ts';
import { MacroScope, type MacroValue } from './macro-scope.ts';

/** Something a spec says, with the macros expanded as far as the spec itself defines them. */
export interface SpecStatement {
  readonly kind:
    | 'tag'
    /** A line of `%sourcelist` or `%patchlist`. */
    | 'listed'
    /** A line that becomes something else when rpm expands it: a macro of the distribution, Lua, `%include`. */
    | 'generated';
  /** `preamble`, `%package`, `%sourcelist` or `%patchlist`. */
  readonly section: string;
  /** Of the tag: lower case, without qualifiers; empty otherwise. */
  readonly name: string;
  readonly value: string;
  /** The first macro in it that could not be expanded. */
  readonly undecided?: string;
  /** From 1. */
  readonly line: number;
  readonly branch: BranchState;
  /** What decides the branch when that is unknown. */
  readonly cause?: string;
}

/** Macros that are defined before the first line of a spec, or with `undefined` known not to be. */
export type KnownMacros = ReadonlyMap<string, string | undefined>;

export interface WalkOptions {
  readonly macros?: KnownMacros;
  /** Macros that have parameters and are computed here. */
  readonly functions?: ReadonlyMap<string, MacroFunction>;
}

const noFunctions: ReadonlyMap<string, MacroFunction> = new Map();

/**
 * Goes through the lines of a spec as rpm does, branches that do not apply included, and tells its tags and listed
 * files. Throws `CORE_LIMIT`, `SPEC_LINE_TOO_LONG`.
 */
export function walkSpec(spec: SpecText, options: WalkOptions = {}): SpecStatement[] {
  const walk = new SpecWalk(options);
  const kinds = readSectionKinds(spec);
  for (const line of joinLogicalLines(physicalLines(spec))) {
    walk.read(line, kinds.get(line.line));
  }
  return walk.statements;
}

function physicalLines({ text }: SpecText): PhysicalLine[] {
  const lines = Buffer.from(text, 'latin1').toString('utf8').split('\n');
  return lines.map((line, index) => ({ line: index + 1, text: line.endsWith('\r') ? line.slice(0, -1) : line }));
}

/** A statement without what the place in the spec says about it. */
type Found = Pick<SpecStatement, 'kind' | 'name' | 'value' | 'line'> & { readonly undecided: string | undefined };

const tagPattern = /^\s*([A-Za-z][A-Za-z0-9]*)(?:\([^()]*\)|[ \t]+[0-9]+)?[ \t]*:[ \t]*([^]*)$/;

class SpecWalk {
  readonly statements: SpecStatement[] = [];
  readonly #conditionals: ConditionalStack;
  readonly #budget = newExpansionBudget();
  readonly #functions: ReadonlyMap<string, MacroFunction>;
  #section = 'preamble';

  constructor({ macros = new Map(), functions = noFunctions }: WalkOptions) {
    const scope = new MacroScope();
    for (const [name, body] of macros) {
      scope.set(name, body === undefined ? { kind: 'undefined' } : { kind: 'text', body });
    }
    this.#conditionals = new ConditionalStack(scope);
    this.#functions = functions;
  }

  read({ line, text }: PhysicalLine, header: string | undefined): void {
    if (header !== undefined) {
      this.#section = header;
    } else if (!(text.includes('%') && this.#readConditional(text))) {
      this.#readContent(line, text);
    }
  }

  #expand(text: string): Expansion {
    if (!text.includes('%')) {
      return { text };
    }
    const options: ExpansionOptions = {
      scope: this.#conditionals.scope,
      budget: this.#budget,
      functions: this.#functions,
      active: new Set(),
    };
    return expandMacros(text, options);
  }

  #readConditional(text: string): boolean {
    const [, word, rest = ''] = conditionalPattern.exec(text) ?? [];
    switch (word) {
      case undefined:
        return false;
      case 'if':
        this.#conditionals.open(this.#conditionOf(rest));
        return true;
      case 'elif':
        this.#conditionals.branch(this.#conditionOf(rest));
        return true;
      case 'else':
        this.#conditionals.branch({ holds: true });
        return true;
      case 'endif':
        this.#conditionals.close();
        return true;
      default:
        this.#readPlatform(word);
        return true;
    }
  }

  #conditionOf(expression: string): Condition {
    const { text, undecided } = this.#expand(expression);
    const holds = undecided === undefined ? evaluateCondition(text) : undefined;
    return holds === undefined ? { holds, cause: undecided ?? text.trim().slice(0, 60) } : { holds };
  }

  /** `%ifarch` and its like: the platform of the build is not known. */
  #readPlatform(word: string): void {
    const condition: Condition = { holds: undefined, cause: word.endsWith('os') ? '_target_os' : '_target_cpu' };
    if (word.startsWith('el')) {
      this.#conditionals.branch(condition);
    } else {
      this.#conditionals.open(condition);
    }
  }

  #readContent(line: number, text: string): void {
    if (this.#section === 'preamble' || this.#section === '%package') {
      this.#readTags(line, this.#expand(text));
    } else if (this.#section === '%sourcelist' || this.#section === '%patchlist') {
      this.#readListed(line, text);
    } else if (text.includes('%global') || text.includes('%define') || text.includes('%undefine')) {
      this.#expand(text);
    }
  }

  #readTags(line: number, { text, undecided }: Expansion): void {
    for (const each of text.includes('\n') ? text.split('\n') : [text]) {
      const [, tag, written = ''] = tagPattern.exec(each) ?? [];
      if (tag !== undefined) {
        this.#addTag({ line, tag: tag.toLowerCase(), value: written.trimEnd(), undecided });
      } else if (undecided !== undefined && !each.trimStart().startsWith('#') && each.includes('%')) {
        this.#add({ kind: 'generated', name: '', value: each.trim(), undecided, line });
      }
    }
  }

  /** rpm makes a macro of every tag: `%{version}`, and `%{VERSION}` too. */
  #addTag({
    line,
    tag,
    value,
    undecided,
  }: {
    line: number;
    tag: string;
    value: string;
    undecided: string | undefined;
  }): void {
    const known = value.includes('%') ? undecided : undefined;
    this.#add({ kind: 'tag', name: tag, value, undecided: known, line });
    const { scope } = this.#conditionals;
    const macro: MacroValue = { kind: 'text', body: value };
    scope.set(tag, macro);
    scope.set(tag.toUpperCase(), macro);
  }

  #readListed(line: number, text: string): void {
    const { text: value, undecided } = this.#expand(text);
    if (value.trim() !== '' && !value.trimStart().startsWith('#')) {
      this.#add({ kind: 'listed', name: '', value: value.trim(), undecided, line });
    }
  }

  #add({ kind, name, value, undecided, line }: Found): void {
    const { state: branch, cause } = this.#conditionals;
    const statement = { kind, section: this.#section, name, value, line, branch };
    this.statements.push(
      undecided === undefined && branch !== 'unknown'
        ? statement
        : {
            ...statement,
            ...(undecided === undefined ? {} : { undecided }),
            ...(branch === 'unknown' && cause !== undefined ? { cause } : {}),
          },
    );
  }
}

const conditionalPattern =
  /^\s*%(if|ifarch|ifnarch|ifos|ifnos|elif|elifarch|elifnarch|elifos|elifnos|else|endif)(?=\s|$)([^]*)$/;
