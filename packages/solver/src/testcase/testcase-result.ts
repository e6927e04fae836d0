import { createHash } from 'node:crypto';
import type { DependencyId } from '../pool/dependency-table.ts';
import { findUnneeded } from '../rules/clean-up.ts';
import type { RuleClass } from '../rules/rule-table.ts';
import type { JobOutcome } from '../search/solve-jobs.ts';
import { TransactionPlan } from '../transaction/transaction-plan.ts';
import { formatTestcaseDependency, parseTestcaseDependency } from './testcase-dependency.ts';
import { formatJob, type PackageNames } from './testcase-jobs.ts';

export const resultKinds = ['transaction', 'problems', 'unneeded', 'rules', 'genid', 'cleandeps', 'jobs'] as const;
/** Kinds of result lines that are compared. */
export type ResultKind = (typeof resultKinds)[number];

/** The lines of a result as libsolv's testsolv writes them; problems are one bare line each. */
export function formatResult(outcome: JobOutcome, names: PackageNames, kinds: readonly ResultKind[]): string[] {
  const writer = new ResultWriter(outcome, names);
  return kinds.flatMap((kind) => writer.write(kind)).sort(compareText);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const ruleClassNames: Readonly<Record<RuleClass, string>> = {
  package: 'pkg',
  feature: 'feature',
  update: 'update',
  job: 'job',
  architecture: 'infarch',
  distribution: 'distupgrade',
  best: 'best',
  obsoletes: 'yumobs',
  blacklist: 'black',
  recommends: 'recommends',
  priority: 'strictrepoprio',
  choice: 'choice',
  learned: 'learnt',
};

const operatorNames: Readonly<Record<number, string>> = {
  1: '>',
  2: '=',
  3: '>=',
  4: '<',
  5: '<>',
  6: '<=',
  7: '<=>',
  16: '&',
  17: '|',
  18: '+',
  19: '<NAMESPACE>',
  20: '.',
  21: '<FILECONFLICT>',
  22: '<IF>',
  23: 'compat >=',
  24: '<KIND>',
  25: '<MULTIARCH>',
  26: '<ELSE>',
  27: '<ERROR>',
  28: '-',
  29: '<UNLESS>',
};

class ResultWriter {
  readonly #outcome: JobOutcome;
  readonly #names: PackageNames;

  constructor(outcome: JobOutcome, names: PackageNames) {
    this.#outcome = outcome;
    this.#names = names;
  }

  write(kind: ResultKind): string[] {
    const { state } = this.#outcome;
    switch (kind) {
      case 'transaction':
        return this.#transaction();
      case 'problems':
        return this.#outcome.problems.map(() => 'problem');
      case 'unneeded':
        return this.#unneeded();
      case 'cleandeps':
        return this.#cleanedUp();
      case 'rules':
        return this.#rules();
      case 'genid':
        return this.#dependencies();
      case 'jobs':
        return state.jobs.map((job) => `job ${formatJob(state.pool, this.#names, job)}`);
    }
  }

  /** Installed packages with what comes instead; of what comes only what was not mentioned beside them. */
  #transaction(): string[] {
    const { state, engine } = this.#outcome;
    const plan = new TransactionPlan(state, engine);
    const { pool } = state;
    const lines: string[] = [];
    for (const number of plan.leaving) {
      const [next] = plan.replacedBy(number);
      const change = next === undefined ? 'obsolete' : plan.changeKind(number, next);
      const what = change === 'obsolete' ? 'erase' : change;
      lines.push(`${what} ${this.#names.format(number)}${next === undefined ? '' : ` ${this.#names.format(next)}`}`);
    }
    for (const number of plan.coming) {
      const replaced = plan.replaces(number).filter((one) => pool.nameId(one) === pool.nameId(number));
      const [first] = plan.replaces(number);
      const isFirstOther = first !== undefined && pool.nameId(first) !== pool.nameId(number);
      if (isFirstOther || !replaced.some((one) => plan.replacedBy(one)[0] === number)) {
        lines.push(`install ${this.#names.format(number)}`);
      }
    }
    return lines;
  }

  #unneeded(): string[] {
    const { all, roots } = findUnneeded(this.#outcome.state);
    return all.map((number) => `unneeded${roots.includes(number) ? '_filtered' : ''} ${this.#names.format(number)}`);
  }

  #cleanedUp(): string[] {
    const { state, engine } = this.#outcome;
    return [...state.installed].flatMap((number) => {
      const isReplaced = state.rules
        .literalsOf(state.updateRule(number))
        .some((one) => one > 0 && engine.isChosen(one));
      const isErased = state.cleanUp?.[number] === 1 && (engine.decisions[number] as number) < 0;
      return isErased && !isReplaced ? [`cleandeps ${this.#names.format(number)}`] : [];
    });
  }

  #rules(): string[] {
    const { rules } = this.#outcome.state;
    const lines: string[] = [];
    for (let rule = 1; rule < rules.count; rule++) {
      const literals = this.#literalsOf(rule);
      const ruleClass = rules.classOf(rule);
      if (ruleClass === 'feature' && literals.length === 1 && literals[0] === -1) {
        continue;
      }
      const prefix = `rule ${ruleClassNames[ruleClass]} ${this.#ruleId(rule)}`;
      for (const literal of literals) {
        lines.push(`${prefix} ${literal < 0 ? '-' : ' '}${this.#names.format(Math.abs(literal))}`);
      }
    }
    return lines;
  }

  /** The impossible rule says that the system is not there. */
  #literalsOf(rule: number): number[] {
    const literals = this.#outcome.state.rules.literalsOf(rule).filter((literal) => literal !== -1);
    return literals.length === 0 ? [-1] : literals;
  }

  #ruleId(rule: number): string {
    const texts = this.#literalsOf(rule).map(
      (literal) => `${literal < 0 ? '!' : ''}${this.#names.format(Math.abs(literal))}`,
    );
    const hash = createHash('md5');
    for (const text of [...new Set(texts)].sort(compareText)) {
      hash.update(`${text}\0`);
    }
    return hash.digest('hex');
  }

  #dependencies(): string[] {
    const { state } = this.#outcome;
    const { table } = state.pool;
    return state.jobs.flatMap(({ kind, selection, flags }) => {
      if (kind !== 'noop' || selection.kind !== 'provides' || flags.size > 0) {
        return [];
      }
      const text = formatTestcaseDependency(table, selection.dependency);
      const again = parseTestcaseDependency(table, text) ?? 0;
      const roundTrip =
        again === selection.dependency ? [] : [`genid roundtrip error: ${formatTestcaseDependency(table, again)}`];
      const lines: string[] = [];
      this.#dump(selection.dependency, lines);
      return [`genid dep ${text}`, ...roundTrip, ...lines];
    });
  }

  #dump(dependency: DependencyId, lines: string[]): void {
    const { table } = this.#outcome.state.pool;
    if (dependency < 0) {
      this.#dump(table.left(dependency), lines);
      this.#dump(table.right(dependency), lines);
    }
    const what =
      dependency < 0
        ? `op ${operatorNames[table.operator(dependency)] ?? 'unknown'}`
        : dependency === 0
          ? 'null'
          : `lit ${table.text(dependency)}`;
    lines.push(`genid ${String(lines.length + 1).padStart(2)}: genid ${what}`);
  }
}
