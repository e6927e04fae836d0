import { containsRune, type RuneSet } from '../re2-class.ts';
import type { Assertion, Re2Node } from '../re2-syntax.ts';

/** What can stand beside a place in a text. */
const beside = ['edge', 'line-feed', 'return', 'word', 'other'] as const;
type Beside = (typeof beside)[number];

/**
 * A place as far as assertions can tell: what stands before it, and what may still stand after it (one bit for each
 * of `beside`).
 */
type Place = number;
type Places = ReadonlySet<Place>;

const everything = 0b11111;

/** Text that can be in what an expression is applied to. */
export interface TextShape {
  /** Absent where the text is one line. */
  readonly lineFeed: boolean;
  readonly carriageReturn: boolean;
}

/**
 * Whether some text of the shape has a match. Exact for what ASCII texts decide; otherwise assumes that it has.
 * Time is linear in the expression, whatever its nesting: each part is asked once about each kind of place.
 */
export function canMatch(node: Re2Node, shape: TextShape): boolean {
  const present = beside.filter(
    (kind) => (shape.lineFeed || kind !== 'line-feed') && (shape.carriageReturn || kind !== 'return'),
  );
  const free = present.reduce((mask, kind) => mask | bit(kind), 0);
  return new Walk(free).from(node, new Set(present.map((kind) => place(kind, free)))).size > 0;
}

function bit(kind: Beside): number {
  return 1 << beside.indexOf(kind);
}

function place(before: Beside, after: number): Place {
  return beside.indexOf(before) * (everything + 1) + after;
}

function beforeOf(at: Place): Beside {
  return beside[Math.floor(at / (everything + 1))] as Beside;
}

function afterOf(at: Place): number {
  return at & everything;
}

/** A path of more steps than there are places has been somewhere twice. */
const enoughCopies = beside.length * (everything + 1);

/** Where matching leads; remembers the answers, because nested repetition asks for the same ones again and again. */
class Walk {
  /** What can follow where nothing was asserted. */
  readonly #free: number;
  readonly #answers = new Map<Re2Node, Map<Place, Places>>();

  constructor(free: number) {
    this.#free = free;
  }

  from(node: Re2Node, places: Places): Places {
    const reached = new Set<Place>();
    for (const each of places) {
      for (const end of this.#fromOne(node, each)) {
        reached.add(end);
      }
    }
    return reached;
  }

  #fromOne(node: Re2Node, at: Place): Places {
    const answers = this.#answers.get(node) ?? new Map<Place, Places>();
    this.#answers.set(node, answers);
    const answer = answers.get(at) ?? this.#walk(node, at);
    answers.set(at, answer);
    return answer;
  }

  #walk(node: Re2Node, at: Place): Places {
    switch (node.kind) {
      case 'empty':
        return new Set([at]);
      case 'rune': {
        const kinds = kindsOf(node.set).filter((kind) => (afterOf(at) & bit(kind) & this.#free) !== 0);
        return new Set(kinds.map((kind) => place(kind, this.#free)));
      }
      case 'assertion': {
        const after = afterOf(at) & following(node.assertion, beforeOf(at));
        return new Set(after === 0 ? [] : [place(beforeOf(at), after)]);
      }
      case 'sequence':
        return node.parts.reduce<Places>((places, part) => this.from(part, places), new Set([at]));
      case 'choice':
        return new Set(node.branches.flatMap((branch) => [...this.#fromOne(branch, at)]));
      case 'repeat':
        return this.#repeated(node, at);
    }
  }

  #repeated({ body, min, max }: Re2Node & { kind: 'repeat' }, start: Place): Places {
    let at: Places = new Set([start]);
    for (let copy = 0; copy < Math.min(min, enoughCopies); copy++) {
      at = this.from(body, at);
    }
    const reached = new Set(at);
    for (let copy = min; copy < max && at.size > 0; copy++) {
      at = new Set([...this.from(body, at)].filter((each) => !reached.has(each)));
      for (const each of at) {
        reached.add(each);
      }
    }
    return reached;
  }
}

function kindsOf(set: RuneSet): Beside[] {
  const kinds = new Set<Beside>();
  for (let code = 0; code < 128; code++) {
    if (containsRune(set, code)) {
      kinds.add(kindOf(code));
    }
  }
  // members beyond ASCII are not listed anywhere; a set without ASCII has nothing else
  const beyond = kinds.size === 0 || set.negated;
  return beyond ? [...kinds.add('other')] : [...kinds];
}

function kindOf(code: number): Beside {
  const char = String.fromCharCode(code);
  return char === '\n' ? 'line-feed' : char === '\r' ? 'return' : /\w/.test(char) ? 'word' : 'other';
}

const notWord = everything & ~bit('word');

/** What may follow where the assertion holds. */
function following(assertion: Assertion, before: Beside): number {
  switch (assertion) {
    case 'text-begin':
      return before === 'edge' ? everything : 0;
    case 'line-begin':
      return before === 'edge' || before === 'line-feed' ? everything : 0;
    case 'text-end':
      return bit('edge');
    case 'line-end':
      return bit('edge') | bit('line-feed');
    case 'word':
      return before === 'word' ? notWord : bit('word');
    case 'not-word':
      return before === 'word' ? bit('word') : notWord;
  }
}

/** The one text that an expression without alternatives, classes or anchors matches. */
export function literalText(node: Re2Node): string | undefined {
  const parts = node.kind === 'sequence' ? node.parts : [node];
  let text = '';
  for (const part of parts) {
    const codes = part.kind === 'rune' ? asciiMembers(part.set) : [];
    if (part.kind !== 'rune' || part.set.negated || codes.length !== 1) {
      return undefined;
    }
    text += String.fromCharCode(codes[0] as number);
  }
  return text;
}

function asciiMembers({ items }: RuneSet): number[] {
  const codes = Array.from({ length: 128 }, (_, code) => code);
  return codes.filter((code) => items.some((item) => containsRune({ negated: false, items: [item] }, code)));
}
