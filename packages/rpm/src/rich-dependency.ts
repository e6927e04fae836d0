import { SlipwayError } from '@slipway/core';
import { parseEvr } from './evr.ts';
import { formatDependency } from './format-dependency.ts';
import type { Dependency } from './package-metadata.ts';
import { parseComparison } from './sense.ts';

/** A rich (boolean) relation as a tree (rpm's "Boolean Dependencies" reference). */
export type RichDependency =
  | { readonly kind: 'simple'; readonly dependency: Dependency }
  /** `with`: one package must satisfy all operands. */
  | { readonly kind: 'and' | 'or' | 'with'; readonly operands: readonly RichDependency[] }
  /** One package must satisfy `operand` and must not satisfy `excluded`. */
  | { readonly kind: 'without'; readonly operand: RichDependency; readonly excluded: RichDependency }
  /** `operand if condition else otherwise`; for `unless` the condition is turned around. */
  | {
      readonly kind: 'if' | 'unless';
      readonly operand: RichDependency;
      readonly condition: RichDependency;
      readonly otherwise: RichDependency | undefined;
    };

type Operator = 'and' | 'or' | 'with' | 'without' | 'if' | 'unless' | 'else';

/** Nesting beyond this is refused, so that no relation can exhaust the stack of whoever walks the tree. */
const maxDepth = 64;
/** Characters; the longest relation of Fedora has about 2,000. */
const maxLength = 65_536;

const operators: ReadonlySet<string> = new Set(['and', 'or', 'with', 'without', 'if', 'unless', 'else']);

/** Reads `(a or b)` and everything that can stand in it. Throws `RPM_BAD_DEPENDENCY`. */
export function parseRich(text: string): RichDependency {
  if (text.length > maxLength) {
    throw refused(text, `it is longer than ${maxLength} characters`);
  }
  const scanner: Scanner = { text, at: 0 };
  const tree = parseGroup(scanner, 1);
  if (scanner.at !== text.length) {
    throw refused(text, `there is something after its end at character ${scanner.at + 1}`);
  }
  return tree;
}

/** The normalised text of a tree: single blanks, operators in lower case, `=` for `==`. */
export function formatRich(tree: RichDependency): string {
  switch (tree.kind) {
    case 'simple':
      return `(${formatDependency(tree.dependency)})`;
    case 'without':
      return `(${formatOperand(tree.operand)} without ${formatOperand(tree.excluded)})`;
    case 'if':
    case 'unless': {
      const otherwise = tree.otherwise === undefined ? '' : ` else ${formatOperand(tree.otherwise)}`;
      return `(${formatOperand(tree.operand)} ${tree.kind} ${formatOperand(tree.condition)}${otherwise})`;
    }
    default:
      return `(${tree.operands.map(formatOperand).join(` ${tree.kind} `)})`;
  }
}

/** The relations at the leaves, from left to right. */
export function richLeaves(tree: RichDependency): Dependency[] {
  switch (tree.kind) {
    case 'simple':
      return [tree.dependency];
    case 'without':
      return [...richLeaves(tree.operand), ...richLeaves(tree.excluded)];
    case 'if':
    case 'unless':
      return [tree.operand, tree.condition, ...(tree.otherwise === undefined ? [] : [tree.otherwise])].flatMap(
        richLeaves,
      );
    default:
      return tree.operands.flatMap(richLeaves);
  }
}

function formatOperand(tree: RichDependency): string {
  return tree.kind === 'simple' ? formatDependency(tree.dependency) : formatRich(tree);
}

interface Scanner {
  readonly text: string;
  at: number;
}

function parseGroup(scanner: Scanner, depth: number): RichDependency {
  if (depth > maxDepth) {
    throw refused(scanner.text, `it is nested deeper than ${maxDepth}`);
  }
  if (scanner.text[scanner.at] !== '(') {
    throw refused(scanner.text, 'it does not begin with "("');
  }
  scanner.at++;
  const operands = [parseOperand(scanner, depth)];
  const joins: Operator[] = [];
  for (;;) {
    skipBlanks(scanner);
    if (scanner.at >= scanner.text.length) {
      throw refused(scanner.text, 'its ")" is missing');
    }
    if (scanner.text[scanner.at] === ')') {
      scanner.at++;
      return joinOperands(scanner.text, operands, joins);
    }
    joins.push(parseOperator(scanner));
    operands.push(parseOperand(scanner, depth));
  }
}

function parseOperand(scanner: Scanner, depth: number): RichDependency {
  skipBlanks(scanner);
  if (scanner.text[scanner.at] === '(') {
    return parseGroup(scanner, depth + 1);
  }
  const name = parseWord(scanner);
  if (name === '') {
    throw refused(scanner.text, `a name is missing at character ${scanner.at + 1}`);
  }
  skipBlanks(scanner);
  const before = scanner.at;
  const comparison = parseComparison(parseWord(scanner));
  if (comparison === undefined) {
    scanner.at = before;
    return { kind: 'simple', dependency: { name } };
  }
  skipBlanks(scanner);
  const version = parseWord(scanner);
  if (version === '') {
    throw refused(scanner.text, `a version is missing at character ${scanner.at + 1}`);
  }
  return { kind: 'simple', dependency: { name, comparison, evr: parseEvr(version) } };
}

function parseOperator(scanner: Scanner): Operator {
  const word = parseWord(scanner);
  if (!operators.has(word)) {
    throw refused(scanner.text, `"${word.slice(0, 40)}" is not one of ${[...operators].join(', ')}`);
  }
  return word as Operator;
}

/** Up to a blank, a comma or the group's own ")"; a name may contain balanced parentheses. */
function parseWord(scanner: Scanner): string {
  const start = scanner.at;
  for (let open = 0; scanner.at < scanner.text.length; scanner.at++) {
    const character = scanner.text[scanner.at] as string;
    if (isBlank(character) || (character === ')' && open === 0)) {
      break;
    }
    open += character === '(' ? 1 : character === ')' ? -1 : 0;
  }
  return scanner.text.slice(start, scanner.at);
}

function skipBlanks(scanner: Scanner): void {
  while (scanner.at < scanner.text.length && isBlank(scanner.text[scanner.at] as string)) {
    scanner.at++;
  }
}

function isBlank(character: string): boolean {
  return character === ',' || character === ' ' || (character >= '\t' && character <= '\r');
}

function joinOperands(text: string, operands: readonly RichDependency[], joins: readonly Operator[]): RichDependency {
  const [first, second, third] = operands;
  const [join, next] = joins;
  if (join === undefined || second === undefined || first === undefined) {
    return first as RichDependency;
  }
  if (join === 'if' || join === 'unless') {
    if (joins.length === 1 || (joins.length === 2 && next === 'else')) {
      return { kind: join, operand: first, condition: second, otherwise: third };
    }
    throw refused(text, `after "${join}" only one "else" may follow`);
  }
  if (join === 'else' || joins.some((other) => other !== join) || (join === 'without' && joins.length > 1)) {
    throw refused(text, 'different operators need parentheses, and only and, or, with can be repeated');
  }
  if (join === 'and' || join === 'or') {
    return { kind: join, operands };
  }
  if (!operands.every(isAboutOnePackage)) {
    throw refused(text, `"${join}" joins relations of one package: no and, if or unless inside`);
  }
  return join === 'with' ? { kind: join, operands } : { kind: join, operand: first, excluded: second };
}

/** What can be asked of a single package (rpm: "Illegal ops in with/without"). */
function isAboutOnePackage(tree: RichDependency): boolean {
  switch (tree.kind) {
    case 'simple':
      return true;
    case 'without':
      return isAboutOnePackage(tree.operand) && isAboutOnePackage(tree.excluded);
    default:
      return (tree.kind === 'or' || tree.kind === 'with') && tree.operands.every(isAboutOnePackage);
  }
}

function refused(text: string, reason: string): SlipwayError {
  return new SlipwayError('RPM_BAD_DEPENDENCY', `Cannot read the rich relation "${text.slice(0, 200)}": ${reason}`, {
    hint: 'see "Boolean Dependencies" in the RPM reference',
  });
}
