import { RuleTable } from '../rules/rule-table.ts';
import { Engine } from '../search/engine.ts';

/** Rules beyond which a core is not minimised: each one costs a small search. */
const maxMinimised = 300;
const firstNumber = 2;

/** A smallest set (by inclusion) of the clauses that still cannot hold together; positions. */
export function minimalCore(clauses: readonly (readonly number[])[]): number[] {
  let kept = clauses.map((_, at) => at);
  if (clauses.length > maxMinimised) {
    return kept;
  }
  const small = renumber(clauses);
  for (let at = clauses.length - 1; at >= 0; at--) {
    const without = kept.filter((other) => other !== at);
    if (!isSatisfiable(without.map((other) => small[other] as number[]))) {
      kept = without;
    }
  }
  return kept;
}

/** Small consecutive package numbers, so that the engine stays small; what is always there keeps its number. */
function renumber(clauses: readonly (readonly number[])[]): number[][] {
  const numbers = new Map<number, number>([[1, 1]]);
  return clauses.map((clause) =>
    clause.map((literal) => {
      const number = numbers.get(Math.abs(literal)) ?? numbers.size + 1;
      numbers.set(Math.abs(literal), number);
      return literal < 0 ? -number : number;
    }),
  );
}

/** Whether any assignment satisfies all clauses: decides open literals in order until none is open. */
export function isSatisfiable(clauses: readonly (readonly number[])[]): boolean {
  const table = new RuleTable();
  let size = firstNumber;
  for (const clause of clauses) {
    table.addClause(clause);
    size = clause.reduce((most, literal) => Math.max(most, Math.abs(literal) + 1), size);
  }
  const engine = new Engine(table, size);
  engine.watchAll();
  engine.begin();
  for (const rule of engine.assertions) {
    const literal = table.head(rule);
    if (engine.isFalse(literal)) {
      return false;
    }
    if (!engine.isTrue(literal)) {
      engine.assign(literal, 1, rule);
    }
  }
  for (let level = 1; ; ) {
    const conflict = engine.propagate(level);
    if (conflict !== 0) {
      if (level === 1) {
        return false;
      }
      level = engine.learn(level, conflict);
      continue;
    }
    const open = clauses.find((clause) => !clause.some((literal) => engine.isTrue(literal)));
    const literal = open?.find((candidate) => !engine.isFalse(candidate));
    if (literal === undefined) {
      return true;
    }
    level++;
    engine.assign(literal, level, 0);
  }
}
