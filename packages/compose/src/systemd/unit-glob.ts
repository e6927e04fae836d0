/** Matches whole names against a pattern, in time proportional to pattern times name. */
export interface UnitGlob {
  test(name: string): boolean;
}

type Step = (character: string) => boolean;
/** A `*` of the pattern. */
const anyRun = Symbol('any run of characters');

/** fnmatch(3) without flags: `*`, `?`, `[abc]`, `[a-z]`, `[!x]` and `\` before a character that means itself. */
export function unitGlob(pattern: string): UnitGlob {
  const steps = [...parseSteps(pattern)];
  return { test: (name) => matches(steps, name) };
}

function* parseSteps(pattern: string): Generator<Step | typeof anyRun> {
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    const close = character === '[' ? bracketEnd(pattern, at) : -1;
    if (character === '*') {
      yield anyRun;
    } else if (character === '?') {
      yield () => true;
    } else if (close > 0) {
      yield bracketStep(pattern.slice(at + 1, close));
      at = close;
    } else {
      at += character === '\\' && at + 1 < pattern.length ? 1 : 0;
      const literal = pattern[at] as string;
      yield (found) => found === literal;
    }
  }
}

/** Where the bracket closes: a `]` that comes first is one of its characters. */
function bracketEnd(pattern: string, open: number): number {
  const first = pattern[open + 1] === '!' || pattern[open + 1] === '^' ? open + 2 : open + 1;
  return pattern.indexOf(']', first + 1);
}

function bracketStep(text: string): Step {
  const negated = text.startsWith('!') || text.startsWith('^');
  const ranges = [...text.slice(negated ? 1 : 0).matchAll(/(.)-(.)|(.)/gs)].map(
    ([, first, last, single]) => [first ?? single, last ?? single] as [string, string],
  );
  return (found) => ranges.some(([first, last]) => first <= found && found <= last) !== negated;
}

/** On a mismatch only the last `*` takes one more character: an earlier one could not do better. */
function matches(steps: readonly (Step | typeof anyRun)[], name: string): boolean {
  let step = 0;
  let at = 0;
  let retry: { step: number; at: number } | undefined;
  while (at < name.length || step < steps.length) {
    const current = steps[step];
    if (current === anyRun) {
      retry = { step, at: at + 1 };
      step++;
    } else if (current !== undefined && at < name.length && current(name[at] as string)) {
      step++;
      at++;
    } else if (retry !== undefined && retry.at <= name.length) {
      ({ step, at } = retry);
    } else {
      return false;
    }
  }
  return true;
}
