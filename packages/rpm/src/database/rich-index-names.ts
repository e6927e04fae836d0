import { parseRich, type RichDependency } from '../rich-dependency.ts';

/**
 * The names under which rpm indexes a rich relation besides its own text (rpmdb.cc, updateRichDep): those of its
 * leaves, each once, in byte order; names that count when they are absent (conditions) begin with `!`.
 * Empty for a text that is no rich relation.
 */
export function richIndexNames(text: string): string[] {
  let tree: RichDependency;
  try {
    tree = parseRich(text);
  } catch {
    return [];
  }
  const found = new Set(collect(tree, false));
  const sorted = [...found].map((name) => Buffer.from(name)).sort((a, b) => Buffer.compare(a, b));
  return sorted.map((name) => name.toString().replace(/^ /, ''));
}

/** ` name`, or `!name` when negated; the mark takes part in the order. */
function collect(tree: RichDependency, negated: boolean): string[] {
  switch (tree.kind) {
    case 'simple':
      return tree.dependency.name.startsWith('rpmlib(') ? [] : [`${negated ? '!' : ' '}${tree.dependency.name}`];
    case 'without':
      return [...collect(tree.operand, negated), ...collect(tree.excluded, negated)];
    case 'if':
    case 'unless': {
      const { operand, condition, otherwise } = tree;
      const names = [...collect(operand, negated), ...collect(condition, !negated)];
      // with "else" the condition counts both ways
      return otherwise === undefined
        ? names
        : [...names, ...collect(condition, negated), ...collect(otherwise, negated)];
    }
    default:
      return tree.operands.flatMap((operand) => collect(operand, negated));
  }
}
