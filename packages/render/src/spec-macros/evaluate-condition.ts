type Value = number | string;

interface Tokens {
  readonly tokens: readonly (Value | { readonly operator: string })[];
  at: number;
  depth: number;
}

const tokenPattern = /\s*(?:([0-9]+)|"([^"]*)"|(&&|\|\||<=|>=|==|!=|[-+*/()<>!]))/y;
const nestingLimit = 64;

/**
 * The truth of an `%if` whose macros are expanded: integers and quoted strings with rpm's operators (rpmio/expression.c),
 * `&&` and `||` of equal rank. Undefined for what rpm refuses and for what is not understood here.
 */
export function evaluateCondition(text: string): boolean | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) {
    return undefined;
  }
  const state: Tokens = { tokens, at: 0, depth: 0 };
  const value = parseLogical(state);
  return value === undefined || state.at < tokens.length ? undefined : isTrue(value);
}

function tokensOf(text: string): Tokens['tokens'] | undefined {
  const tokens: (Value | { operator: string })[] = [];
  const expression = text.trim();
  for (tokenPattern.lastIndex = 0; tokenPattern.lastIndex < expression.length; ) {
    const match = tokenPattern.exec(expression);
    if (match === null) {
      return undefined;
    }
    const [, digits, quoted, operator] = match;
    tokens.push(digits !== undefined ? Number(digits) : (quoted ?? { operator: operator as string }));
  }
  return tokens;
}

function isTrue(value: Value): boolean {
  return typeof value === 'number' ? value !== 0 : value !== '';
}

type Level = (state: Tokens) => Value | undefined;
type Apply = (left: Value, right: Value) => Value | undefined;

/** A chain of operators of one rank, from the left. */
function chain(next: Level, operators: Readonly<Record<string, Apply>>): Level {
  return (state) => {
    let left = next(state);
    for (let apply = takeOperator(state, operators); apply !== undefined; apply = takeOperator(state, operators)) {
      const right = next(state);
      left = left === undefined || right === undefined ? undefined : apply(left, right);
    }
    return left;
  };
}

function takeOperator(state: Tokens, operators: Readonly<Record<string, Apply>>): Apply | undefined {
  const token = state.tokens[state.at];
  const apply = typeof token === 'object' && Object.hasOwn(operators, token.operator) ? token.operator : undefined;
  state.at += apply === undefined ? 0 : 1;
  return apply === undefined ? undefined : operators[apply];
}

function numeric(compute: (left: number, right: number) => number): Apply {
  return (left, right) => {
    const result = typeof left === 'number' && typeof right === 'number' ? compute(left, right) : Number.NaN;
    return Number.isSafeInteger(result) ? result : undefined;
  };
}

function comparing(holds: (order: number) => boolean): Apply {
  return (left, right) =>
    typeof left === typeof right ? Number(holds(left < right ? -1 : left > right ? 1 : 0)) : undefined;
}

const parseProduct = chain(parsePrimary, {
  '*': numeric((a, b) => a * b),
  '/': numeric((a, b) => Math.trunc(a / b)),
});
const parseSum = chain(parseProduct, {
  '+': (a, b) =>
    typeof a === 'string' && typeof b === 'string' ? a + b : numeric((left, right) => left + right)(a, b),
  '-': numeric((a, b) => a - b),
});
const parseRelation = chain(parseSum, {
  '<': comparing((order) => order < 0),
  '<=': comparing((order) => order <= 0),
  '>': comparing((order) => order > 0),
  '>=': comparing((order) => order >= 0),
  '==': comparing((order) => order === 0),
  '!=': comparing((order) => order !== 0),
});
const parseLogical = chain(parseRelation, {
  '&&': (a, b) => Number(isTrue(a) && isTrue(b)),
  '||': (a, b) => Number(isTrue(a) || isTrue(b)),
});

function parsePrimary(state: Tokens): Value | undefined {
  const token = state.tokens[state.at++];
  if (typeof token !== 'object') {
    return token;
  }
  if (++state.depth > nestingLimit) {
    return undefined;
  }
  switch (token.operator) {
    case '(':
      return parseParenthesis(state);
    case '!':
      return negated(parsePrimary(state), (value) => Number(!isTrue(value)));
    case '-':
      return negated(parsePrimary(state), (value) => (typeof value === 'number' ? -value : undefined));
    default:
      return undefined;
  }
}

function parseParenthesis(state: Tokens): Value | undefined {
  const value = parseLogical(state);
  const closer = state.tokens[state.at++];
  return typeof closer === 'object' && closer.operator === ')' ? value : undefined;
}

function negated(value: Value | undefined, apply: (value: Value) => Value | undefined): Value | undefined {
  return value === undefined ? undefined : apply(value);
}
