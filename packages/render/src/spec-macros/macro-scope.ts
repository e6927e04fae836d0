/** What a macro stands for at one place of a spec. */
export type MacroValue =
  | { readonly kind: 'text'; readonly body: string }
  /** Known only to rpm: it has parameters, or depends on a conditional that cannot be decided here. */
  | { readonly kind: 'undecided'; readonly cause: string }
  /** Removed again with `%undefine`. */
  | { readonly kind: 'undefined' };

/** The macros of a spec up to one line; inside of a branch of a conditional a scope of its own above the outer one. */
export class MacroScope {
  readonly #own = new Map<string, MacroValue>();
  readonly #outer: MacroScope | undefined;

  constructor(outer?: MacroScope) {
    this.#outer = outer;
  }

  get(name: string): MacroValue | undefined {
    return this.#own.get(name) ?? this.#outer?.get(name);
  }

  set(name: string, value: MacroValue): void {
    this.#own.set(name, value);
  }

  /**
   * Takes over what the branches of a conditional say, of which exactly one applies. A macro that they do not agree
   * on becomes undecided; `cause` names what the conditional depends on.
   */
  merge(branches: readonly MacroScope[], cause: string): void {
    for (const name of new Set(branches.flatMap((branch) => [...branch.#own.keys()]))) {
      const [first, ...others] = branches.map((branch) => branch.get(name));
      const agreed = others.every((value) => sameValue(first, value));
      this.set(name, agreed ? (first ?? absent) : { kind: 'undecided', cause });
    }
  }
}

function sameValue(a: MacroValue | undefined, b: MacroValue | undefined): boolean {
  const [one, other] = [a ?? absent, b ?? absent];
  return one.kind === 'text' && other.kind === 'text'
    ? one.body === other.body
    : one.kind === 'undefined' && other.kind === 'undefined';
}

const absent: MacroValue = { kind: 'undefined' };
