import { decodeRune } from './byte-text.ts';
import { choiceAt, type GlobChoice, globFault, matchClass } from './glob-syntax.ts';

export type GlobVerdict = boolean | 'malformed' | 'endless';

/** A step through the pattern: on, a miss, or the end of all steps. */
type Step = 'on' | 'miss' | 'matched' | 'malformed';

/** For one path: alternatives multiply, and more than these are an attack, not a list of names. */
const walkLimit = 10_000;
const depthLimit = 500;
const slash = 0x2f;

/** What may be left of a pattern when the path is used up: nothing, stars, and `/**`, for which `a` is a directory. */
const emptyTails = new Set(['', '*', '**', '/**', '**/', '/**/']);

/** Where to go on when a guess was wrong: the pattern after a star, and what of the path the star has not taken. */
interface Retry {
  readonly pattern: number;
  path: number;
}

/**
 * One attempt to match a path (byte strings both), in the steps that doublestar takes: what is malformed behind the
 * place where a match fails is told, what lies in alternatives that are not tried is not. Only the last `*` and the
 * last `**` are tried again, so one walk takes at most pattern times path squared.
 */
export class GlobWalk {
  readonly #pattern: string;
  readonly #path: string;
  #depth = 0;
  #walks = { count: 0 };
  /** How far the pattern and the path are used up. */
  #at = 0;
  #taken = 0;
  #star: Retry | undefined;
  #tree: Retry | undefined;
  /** Whether `**` would be a whole component so far; after alternatives were put in it counts as one. */
  #componentBegins = true;

  constructor(pattern: string, path: string) {
    this.#pattern = pattern;
    this.#path = path;
  }

  run(): GlobVerdict {
    while (this.#taken < this.#path.length) {
      if (this.#pattern[this.#at] === '{') {
        return this.#choose();
      }
      const step = this.#step();
      if (step === 'matched' || step === 'malformed') {
        return step === 'matched' || step;
      }
      if (step === 'miss' && !this.#retry()) {
        return globFault(this.#pattern.slice(this.#at)) ? 'malformed' : false;
      }
    }
    return this.#matchesNothing(this.#pattern.slice(this.#at));
  }

  #step(): Step {
    switch (this.#pattern[this.#at]) {
      case undefined:
        return 'miss';
      case '*':
        return this.#takeStar();
      case '?':
        return this.#takeAny();
      case '[':
        return this.#takeClass();
      case '\\':
        return ++this.#at >= this.#pattern.length ? 'malformed' : this.#takeLiteral();
      default:
        return this.#takeLiteral();
    }
  }

  #takeStar(): Step {
    const isTree = this.#pattern[this.#at + 1] === '*';
    this.#at += isTree ? 2 : 1;
    if (isTree && this.#componentBegins) {
      if (this.#at >= this.#pattern.length) {
        return 'matched';
      }
      if (this.#pattern[this.#at] === '/') {
        this.#tree = { pattern: ++this.#at, path: this.#taken };
        this.#star = undefined;
        return 'on';
      }
    }
    this.#componentBegins = false;
    this.#star = { pattern: this.#at, path: this.#taken };
    return 'on';
  }

  #takeAny(): Step {
    this.#componentBegins = false;
    const [code, width] = decodeRune(this.#path, this.#taken);
    if (code === slash) {
      return 'miss';
    }
    this.#at++;
    this.#taken += width;
    return 'on';
  }

  #takeClass(): Step {
    this.#componentBegins = false;
    const [code, width] = decodeRune(this.#path, this.#taken);
    const verdict = matchClass(this.#pattern, this.#at, code);
    if (verdict === undefined) {
      return 'malformed';
    }
    this.#at = verdict.end;
    this.#taken += verdict.matches ? width : 0;
    return verdict.matches ? 'on' : 'miss';
  }

  #takeLiteral(): Step {
    const [wanted, patternWidth] = decodeRune(this.#pattern, this.#at);
    const [code, width] = decodeRune(this.#path, this.#taken);
    if (wanted !== code) {
      // what is left is judged with the quote before it, even where that is itself quoted
      this.#at -= this.#pattern[this.#at - 1] === '\\' ? 1 : 0;
      return 'miss';
    }
    this.#at += patternWidth;
    this.#taken += width;
    this.#componentBegins = wanted === slash;
    return 'on';
  }

  /** Gives the last star one character more, or the last `**` one component more. */
  #retry(): boolean {
    const star = this.#star;
    if (star !== undefined && this.#path[star.path] !== '/') {
      star.path += decodeRune(this.#path, star.path)[1];
      return this.#resume(star, false);
    }
    const tree = this.#tree;
    const end = tree === undefined ? -1 : this.#path.indexOf('/', tree.path);
    if (tree === undefined || end < 0) {
      return false;
    }
    tree.path = end + 1;
    return this.#resume(tree, true);
  }

  #resume({ pattern, path }: Retry, componentBegins: boolean): true {
    this.#at = pattern;
    this.#taken = path;
    this.#componentBegins = componentBegins;
    return true;
  }

  /** Goes on with each alternative in turn. */
  #choose(): GlobVerdict {
    const choice = choiceAt(this.#pattern, this.#at);
    const [head, tail] = [this.#pattern.slice(0, this.#at), this.#pattern.slice(choice?.end)];
    return this.#firstOf(choice, (alternative) => this.#fork(`${head}${alternative}${tail}`));
  }

  #fork(pattern: string): GlobVerdict {
    const walk = new GlobWalk(pattern, this.#path);
    walk.#at = this.#at;
    walk.#taken = this.#taken;
    walk.#star = this.#star && { ...this.#star };
    walk.#tree = this.#tree && { ...this.#tree };
    walk.#walks = this.#walks;
    walk.#depth = this.#depth;
    return walk.run();
  }

  /** Whether the rest of a pattern matches the empty rest of the path. */
  #matchesNothing(rest: string): GlobVerdict {
    if (emptyTails.has(rest)) {
      return true;
    }
    if (rest.startsWith('{')) {
      const choice = choiceAt(rest, 0);
      return this.#firstOf(choice, (alternative) => this.#matchesNothing(alternative + rest.slice(choice?.end)));
    }
    return globFault(rest) ? 'malformed' : false;
  }

  #firstOf(choice: GlobChoice | undefined, attempt: (alternative: string) => GlobVerdict): GlobVerdict {
    let verdict: GlobVerdict = choice === undefined ? 'malformed' : false;
    this.#depth++;
    for (const alternative of choice?.alternatives ?? []) {
      const isEndless = ++this.#walks.count > walkLimit || this.#depth > depthLimit;
      verdict = isEndless ? 'endless' : attempt(alternative);
      if (verdict !== false) {
        break;
      }
    }
    this.#depth--;
    return verdict;
  }
}
