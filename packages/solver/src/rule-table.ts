import { GrowableInt32Array } from './growable-array.ts';

/** Where a rule comes from: what explanations and reasons are made of. */
export type RuleOrigin =
  | { readonly kind: 'request'; readonly request: number }
  /** Of the request's candidates only the best versions. */
  | { readonly kind: 'best'; readonly request: number }
  | { readonly kind: 'installed'; readonly package: number }
  | { readonly kind: 'unavailable'; readonly package: number; readonly because: string }
  | { readonly kind: 'requires' | 'conflicts' | 'obsoletes'; readonly package: number; readonly relation: number }
  | { readonly kind: 'same-name'; readonly package: number; readonly other: number }
  /** An inferior architecture only beside the same version of the better one. */
  | { readonly kind: 'lock-step'; readonly package: number }
  | { readonly kind: 'learned' };

const originKinds = [
  'request',
  'best',
  'installed',
  'unavailable',
  'requires',
  'conflicts',
  'obsoletes',
  'same-name',
  'lock-step',
  'learned',
] as const;

/**
 * Rules are clauses: a head literal and either nothing, one second literal, or a zero-terminated list of literals.
 * Requirements share their lists of providers. Numbers start at 1.
 */
export class RuleTable {
  readonly #heads = new GrowableInt32Array();
  readonly #seconds = new GrowableInt32Array();
  readonly #lists = new GrowableInt32Array();
  readonly #kinds = new GrowableInt32Array();
  readonly #subjects = new GrowableInt32Array();
  readonly #details = new GrowableInt32Array();
  readonly #literals = new GrowableInt32Array();
  readonly #texts: string[] = [];

  constructor() {
    this.#literals.push(0);
    this.addPair(0, 0, { kind: 'learned' });
  }

  /** Rules and the unused number 0. */
  get count(): number {
    return this.#heads.length;
  }

  heads(): Int32Array {
    return this.#heads.view();
  }

  seconds(): Int32Array {
    return this.#seconds.view();
  }

  lists(): Int32Array {
    return this.#lists.view();
  }

  literals(): Int32Array {
    return this.#literals.view();
  }

  /** A list of literals for use in several rules. */
  addList(literals: Iterable<number>): number {
    const start = this.#literals.length;
    for (const literal of literals) {
      this.#literals.push(literal);
    }
    this.#literals.push(0);
    return start;
  }

  /** `head` alone (second 0) or `head or second`. */
  addPair(head: number, second: number, origin: RuleOrigin): number {
    return this.#add(head, second, 0, origin);
  }

  addShared(head: number, list: number, origin: RuleOrigin): number {
    const first = this.#literals.at(list);
    return first === 0 || this.#literals.at(list + 1) === 0
      ? this.addPair(head, first, origin)
      : this.#add(head, 0, list, origin);
  }

  /** Any clause of at least one literal; its smallest literal becomes the head. */
  addClause(literals: readonly number[], origin: RuleOrigin): number {
    const [head = 0, ...rest] = [...new Set(literals)].sort((a, b) => a - b);
    return rest.length < 2 ? this.addPair(head, rest[0] ?? 0, origin) : this.#add(head, 0, this.addList(rest), origin);
  }

  #add(head: number, second: number, list: number, origin: RuleOrigin): number {
    this.#seconds.push(second);
    this.#lists.push(list);
    this.#kinds.push(originKinds.indexOf(origin.kind));
    const [subject, detail] = this.#facts(origin);
    this.#subjects.push(subject);
    this.#details.push(detail);
    return this.#heads.push(head);
  }

  #facts(origin: RuleOrigin): [number, number] {
    switch (origin.kind) {
      case 'request':
      case 'best':
        return [origin.request, 0];
      case 'unavailable':
        return [origin.package, this.#texts.push(origin.because) - 1];
      case 'requires':
      case 'conflicts':
      case 'obsoletes':
        return [origin.package, origin.relation];
      case 'same-name':
        return [origin.package, origin.other];
      case 'learned':
        return [0, 0];
      default:
        return [origin.package, 0];
    }
  }

  origin(rule: number): RuleOrigin {
    const kind = originKinds[this.#kinds.at(rule)] as RuleOrigin['kind'];
    const subject = this.#subjects.at(rule);
    const detail = this.#details.at(rule);
    switch (kind) {
      case 'request':
      case 'best':
        return { kind, request: subject };
      case 'unavailable':
        return { kind, package: subject, because: this.#texts[detail] as string };
      case 'requires':
      case 'conflicts':
      case 'obsoletes':
        return { kind, package: subject, relation: detail };
      case 'same-name':
        return { kind, package: subject, other: detail };
      case 'learned':
        return { kind };
      default:
        return { kind, package: subject };
    }
  }

  headOf(rule: number): number {
    return this.#heads.at(rule);
  }

  literalsOf(rule: number): number[] {
    const literals = [this.#heads.at(rule)];
    const second = this.#seconds.at(rule);
    if (second !== 0) {
      literals.push(second);
    }
    const list = this.#lists.at(rule);
    for (let at = list; list !== 0 && this.#literals.at(at) !== 0; at++) {
      literals.push(this.#literals.at(at));
    }
    return literals;
  }

  /** Rules that can leave a choice, in libsolv's order: by head, then by the other literals. Ties keep their order. */
  choiceRules(): number[] {
    const heads = this.heads();
    const seconds = this.seconds();
    const lists = this.lists();
    const literals = this.literals();
    const numbers: number[] = [];
    for (let rule = 1; rule < this.count; rule++) {
      if (lists[rule] !== 0 || ((heads[rule] as number) > 0 && (seconds[rule] as number) > 0)) {
        numbers.push(rule);
      }
    }
    return numbers.sort((a, b) => {
      const byHead = (heads[a] as number) - (heads[b] as number);
      return byHead !== 0 ? byHead : compareRest(a, b);
    });

    function compareRest(a: number, b: number): number {
      let listA = lists[a] as number;
      let listB = lists[b] as number;
      if (listA === listB) {
        return (seconds[a] as number) - (seconds[b] as number);
      }
      const firstA = listA === 0 ? (seconds[a] as number) : (literals[listA] as number);
      const firstB = listB === 0 ? (seconds[b] as number) : (literals[listB] as number);
      if (listA === 0 || listB === 0 || firstA !== firstB) {
        return firstA !== firstB ? firstA - firstB : listA === 0 ? -1 : 1;
      }
      while (literals[listA] !== 0 && literals[listA] === literals[listB]) {
        listA++;
        listB++;
      }
      return (literals[listA] as number) - (literals[listB] as number);
    }
  }
}
