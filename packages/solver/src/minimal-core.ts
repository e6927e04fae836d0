import { Engine } from './engine.ts';
import { RuleTable } from './rule-table.ts';

/** Rules beyond which a core is not minimised: each one costs a small search. */
const maxMinimised = 400;

/** A smallest set (by inclusion) of the core's rules that still cannot hold together. */
export function minimalCore(table: RuleTable, core: readonly number[]): readonly number[] {
  if (core.length > maxMinimised) {
    return core;
  }
  const clauses = renumber(core.map((rule) => table.literalsOf(rule)));
  let kept = core.map((_, at) => at);
  for (let at = core.length - 1; at >= 0; at--) {
    const without = kept.filter((other) => other !== at);
    if (!isSatisfiable(without.map((other) => clauses[other] as number[]))) {
      kept = without;
    }
  }
  return kept.map((at) => core[at] as number);
}

/** Small consecutive package numbers, so that the engine stays small. */
function renumber(clauses: readonly (readonly number[])[]): number[][] {
  const numbers = new Map<number, number>([[0, 0]]);
  return clauses.map((clause) =>
    clause.map((literal) => {
      const number = numbers.get(Math.abs(literal)) ?? numbers.size;
      numbers.set(Math.abs(literal), number);
      return literal < 0 ? -number : number;
    }),
  );
}

/** Whether any assignment satisfies all clauses: decides open literals in order until none is open. */
export function isSatisfiable(clauses: readonly (readonly number[])[]): boolean {
  const table = new RuleTable();
  let size = 0;
  for (const clause of clauses) {
    table.addClause(clause, { kind: 'learned' });
    size = clause.reduce((most, literal) => Math.max(most, Math.abs(literal)), size);
  }
  const engine = new Engine(table, size);
  let consequence = engine.start();
  for (;;) {
    if (consequence.outcome === 'contradiction') {
      return false;
    }
    const open = clauses.find((clause) => !clause.some((literal) => engine.isTrue(literal)));
    const literal = open?.find((candidate) => !engine.isFalse(candidate));
    if (literal === undefined) {
      return true;
    }
    consequence = engine.decide(literal, 0);
  }
}
