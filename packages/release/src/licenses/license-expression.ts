/**
 * A licence expression: SPDX 2.3 annex D, read generously. A name may have several words (`ASL 2.0`, as old RPM
 * packages write it) and operators any letter case; `WITH` keeps its exception as a name.
 */
export type LicenseExpression =
  | { readonly kind: 'name'; readonly name: string; readonly exception?: string }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly LicenseExpression[] };

/** Characters; the longest License tags of real packages have a few thousand. */
const maxExpressionLength = 1 << 16;
/** Levels of parentheses; real expressions have two. */
const maxNesting = 32;

/** Undefined when the text is not an expression: empty, too long, unbalanced, or an operator lacks an operand. */
export function parseLicenseExpression(text: string): LicenseExpression | undefined {
  if (text.length > maxExpressionLength) {
    return undefined;
  }
  const reader = new TokenReader(text.match(/[()]|[^\s()]+/g) ?? []);
  const expression = readAlternatives(reader, 0);
  return reader.peek() === undefined ? expression : undefined;
}

class TokenReader {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  peek(): string | undefined {
    return this.#tokens[this.#next];
  }

  /** Consumes the next token if it is this operator or parenthesis. */
  accept(token: string): boolean {
    const found = this.peek()?.toLowerCase() === token;
    this.#next += found ? 1 : 0;
    return found;
  }

  /** The words up to the next operator or parenthesis, joined by one space. */
  words(): string {
    const start = this.#next;
    while (this.peek() !== undefined && !/^(?:and|or|with|[()])$/i.test(this.peek() as string)) {
      this.#next++;
    }
    return this.#tokens.slice(start, this.#next).join(' ');
  }
}

function readAlternatives(reader: TokenReader, depth: number): LicenseExpression | undefined {
  return readChain(reader, 'or', () => readChain(reader, 'and', () => readOperand(reader, depth)));
}

function readChain(
  reader: TokenReader,
  kind: 'and' | 'or',
  readOne: () => LicenseExpression | undefined,
): LicenseExpression | undefined {
  const operands: LicenseExpression[] = [];
  do {
    const operand = readOne();
    if (operand === undefined) {
      return undefined;
    }
    operands.push(...(operand.kind === kind ? operand.operands : [operand]));
  } while (reader.accept(kind));
  return operands.length === 1 ? operands[0] : { kind, operands };
}

function readOperand(reader: TokenReader, depth: number): LicenseExpression | undefined {
  if (reader.accept('(')) {
    const inner = depth < maxNesting ? readAlternatives(reader, depth + 1) : undefined;
    return inner !== undefined && reader.accept(')') ? inner : undefined;
  }
  const name = reader.words();
  if (name === '') {
    return undefined;
  }
  if (!reader.accept('with')) {
    return { kind: 'name', name };
  }
  const exception = reader.words();
  return exception === '' ? undefined : { kind: 'name', name, exception };
}

/** AND binds more than OR (annex D.4), so only alternatives inside a conjunction need parentheses. */
export function formatLicenseExpression(expression: LicenseExpression): string {
  if (expression.kind === 'name') {
    return expression.exception === undefined ? expression.name : `${expression.name} WITH ${expression.exception}`;
  }
  const operands = expression.operands.map((operand) => {
    const text = formatLicenseExpression(operand);
    return expression.kind === 'and' && operand.kind === 'or' ? `(${text})` : text;
  });
  return operands.join(expression.kind === 'and' ? ' AND ' : ' OR ');
}
