import { type DependencyId, type DependencyTable, operator } from '../pool/dependency-table.ts';

/** Operators of libsolv's testcase format; longer ones before their beginnings. */
const operatorTexts: readonly (readonly [number, string])[] = [
  [operator.equal, '='],
  [operator.any, '<=>'],
  [operator.lessOrEqual, '<='],
  [operator.greaterOrEqual, '>='],
  [operator.greater, '>'],
  [operator.different, '<>'],
  [operator.and, '&'],
  [operator.or, '|'],
  [operator.with, '+'],
  [operator.without, '-'],
  [operator.namespace, '<NAMESPACE>'],
  [operator.architecture, '.'],
  [operator.multiarch, '<MULTIARCH>'],
  [operator.fileConflict, '<FILECONFLICT>'],
  [operator.condition, '<IF>'],
  [operator.compatible, 'compat >='],
  [operator.kind, '<KIND>'],
  [operator.else, '<ELSE>'],
  [operator.error, '<ERROR>'],
  [operator.unless, '<UNLESS>'],
  [operator.less, '<'],
];
const maxDepth = 64;

/** Reads a dependency of libsolv's testcase format; undefined when it cannot be read. */
export function parseTestcaseDependency(table: DependencyTable, text: string): DependencyId | undefined {
  const reader = new DependencyReader(table, text);
  const dependency = reader.read(false, 0);
  return reader.isAtEnd ? dependency : undefined;
}

class DependencyReader {
  readonly #table: DependencyTable;
  readonly #text: string;
  #at = 0;
  #failed = false;

  constructor(table: DependencyTable, text: string) {
    this.#table = table;
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return !this.#failed && this.#at === this.#text.length;
  }

  read(afterComparison: boolean, depth: number): DependencyId {
    let id = this.#readOperand(afterComparison, depth);
    for (;;) {
      this.#skipBlanks();
      const rest = this.#text.slice(this.#at, this.#at + 20);
      const isOver = rest === '' || rest.startsWith(')') || (afterComparison && !rest.startsWith('compat >= '));
      if (this.#failed || isOver) {
        return id;
      }
      const op = this.#readOperator(rest);
      const right = this.read(op > 0 && op < 8, depth + 1);
      if (this.#failed) {
        return 0;
      }
      id = this.#table.relation(id, op, right);
    }
  }

  #readOperator(rest: string): number {
    const numbered = /^<([0-9]+)>/.exec(rest);
    const [op, text] = numbered
      ? [Number(numbered[1]), numbered[0]]
      : (operatorTexts.find(([, one]) => rest.startsWith(one)) ?? [0, '']);
    this.#failed ||= op === 0;
    this.#at += text.length;
    return op;
  }

  #readOperand(afterComparison: boolean, depth: number): DependencyId {
    this.#skipBlanks();
    const namespace = /^namespace:[^(]*(?=\()/.exec(this.#text.slice(this.#at))?.[0];
    this.#at += namespace?.length ?? 0;
    this.#failed ||= depth > maxDepth;
    if (this.#failed) {
      return 0;
    }
    let id: DependencyId;
    if (this.#text[this.#at] === '(') {
      this.#at++;
      id = this.read(false, depth + 1);
      this.#failed ||= this.#text[this.#at] !== ')';
      this.#at++;
    } else {
      id = this.#readWord(!afterComparison);
    }
    return namespace === undefined ? id : this.#table.relation(this.#table.intern(namespace), operator.namespace, id);
  }

  #readWord(isName: boolean): DependencyId {
    const start = this.#at;
    let end = start;
    for (let open = 0; end < this.#text.length; end++) {
      const char = this.#text[end] as string;
      open += char === '(' ? 1 : 0;
      if (char <= ' ' || (char === ')' && open-- <= 0)) {
        break;
      }
    }
    let word = this.#text.slice(start, end);
    this.#at = end;
    const isForAny = isName && word.length > 4 && word.endsWith(':any');
    word = isForAny ? word.slice(0, -4) : word;
    const id = word === '<NULL>' ? 0 : word === '\\00' ? 1 : this.#table.intern(unescapeTestcase(word));
    return isForAny ? this.#table.relation(id, operator.multiarch, this.#table.intern('any')) : id;
  }

  #skipBlanks(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') {
      this.#at++;
    }
  }
}

export function unescapeTestcase(text: string): string {
  return text.replace(/\\([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Writes a dependency as libsolv's testcases have it. */
export function formatTestcaseDependency(table: DependencyTable, dependency: DependencyId): string {
  return dependency >= 0 ? formatName(table, dependency, true) : formatRelation(table, dependency, false);
}

function formatRelation(table: DependencyTable, id: DependencyId, parenthesised: boolean): string {
  if (id >= 0) {
    return formatName(table, id, true);
  }
  const op = table.operator(id);
  const left = table.left(id);
  const right = table.right(id);
  if (op === operator.namespace && left > 0 && table.text(left).startsWith('namespace:')) {
    return `${table.text(left)}(${formatRelation(table, right, false)})`;
  }
  if (op === operator.multiarch && left >= 0 && right > 0 && table.text(right) === 'any') {
    return `${formatName(table, left, true)}:any`;
  }
  const isComparison = (one: DependencyId): boolean => table.operator(one) > 0 && table.operator(one) < 8;
  const isSpecial = op > 7;
  const leftBare = isSpecial && op !== operator.compatible && isComparison(left);
  const sameChain = (op === operator.and || op === operator.or) && table.operator(right) === op;
  const rightBare =
    (isSpecial && isComparison(right)) ||
    sameChain ||
    (op > 0 && op < 8 && table.operator(right) === operator.compatible);
  const leftText = formatRelation(table, left, left < 0 && !leftBare);
  const opText = operatorTexts.find(([one]) => one === op)?.[1] ?? `<${op}>`;
  const rightText = right >= 0 ? formatName(table, right, false) : formatRelation(table, right, !rightBare);
  const text = `${leftText} ${opText} ${rightText}`;
  return parenthesised ? `(${text})` : text;
}

/** Characters that would be read as something else are escaped; balanced parentheses at the end are not. */
function formatName(table: DependencyTable, id: number, isName: boolean): string {
  if (id === 0) {
    return '<NULL>';
  }
  const text = table.text(id);
  if (text === '') {
    return '\\00';
  }
  const needsAny = isName && text.length > 4 && text.endsWith(':any');
  const bracketed = /^[^()]*\([^()]*\)[^()]*$/.test(text);
  const startsBadly = /^[[(<=>!]/.test(text) || text.startsWith('namespace:');
  const hasBad = /[ \\\u0001-\u001f]/.test(text);
  const hasParentheses = /[()]/.test(text.slice(startsBadly ? 1 : 0));
  if (!needsAny && !startsBadly && !hasBad && (!hasParentheses || bracketed)) {
    return text;
  }
  const prefix = text.startsWith('namespace:') ? 'namespace\\3a' : '';
  const body = text.slice(prefix === '' ? 0 : 'namespace:'.length);
  const escaped = body.replace(/^[[(<=>!]|[ \\()\u0001-\u001f]/g, escapeChar);
  return prefix + (needsAny ? `${escaped.slice(0, -4)}\\3aany` : escaped);
}

function escapeChar(char: string): string {
  return `\\${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
