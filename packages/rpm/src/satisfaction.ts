import { overlaps } from './overlaps.ts';
import type { Dependency } from './package-metadata.ts';
import { parseRich, type RichDependency } from './rich-dependency.ts';
import { rpmlibFeatures } from './rpmlib-features.ts';

/** What a package offers to the relations of others. */
export interface Supplier {
  readonly provides: readonly Dependency[];
  /** Absolute paths, which satisfy relations to files. */
  readonly files?: ReadonlySet<string>;
}

/**
 * Whether packages together satisfy a relation, as rpm decides it (depends.cc): by name and version, by a path, by a
 * feature of rpm itself for `rpmlib(…)`, and for rich relations by their operators. `A if B else C` is A when B holds
 * and C otherwise, `A unless B else C` the reverse; what is missing of them is satisfied for `if` and not for `unless`.
 * `with` and `without` ask for one package. Throws `RPM_BAD_DEPENDENCY` for a rich relation that is none.
 */
export function isSatisfied(relation: Dependency, suppliers: readonly Supplier[]): boolean {
  return relation.name.startsWith('(')
    ? isTreeSatisfied(parseRich(relation.name), suppliers)
    : suppliers.some((supplier) => supplies(supplier, relation)) || isFeature(relation);
}

function isTreeSatisfied(tree: RichDependency, suppliers: readonly Supplier[]): boolean {
  const holds = (part: RichDependency) => isTreeSatisfied(part, suppliers);
  switch (tree.kind) {
    case 'simple':
      return isSatisfied(tree.dependency, suppliers);
    case 'and':
      return tree.operands.every(holds);
    case 'or':
      return tree.operands.some(holds);
    case 'if':
      return holds(tree.condition) ? holds(tree.operand) : tree.otherwise === undefined || holds(tree.otherwise);
    case 'unless':
      return holds(tree.condition) ? tree.otherwise !== undefined && holds(tree.otherwise) : holds(tree.operand);
    default:
      return suppliers.some((supplier) => suppliesTree(supplier, tree));
  }
}

/** For what can be asked of one package: `with`, `without`, `or` and plain relations. */
function suppliesTree(supplier: Supplier, tree: RichDependency): boolean {
  switch (tree.kind) {
    case 'simple':
      return supplies(supplier, tree.dependency);
    case 'with':
      return tree.operands.every((operand) => suppliesTree(supplier, operand));
    case 'or':
      return tree.operands.some((operand) => suppliesTree(supplier, operand));
    case 'without':
      return suppliesTree(supplier, tree.operand) && !suppliesTree(supplier, tree.excluded);
    default:
      return false;
  }
}

function supplies({ provides, files }: Supplier, relation: Dependency): boolean {
  const isFile = relation.name.startsWith('/') && files?.has(relation.name) === true;
  return isFile || provides.some((provide) => overlaps(provide, relation));
}

function isFeature(relation: Dependency): boolean {
  return relation.name.startsWith('rpmlib(') && rpmlibFeatures.some((feature) => overlaps(feature, relation));
}
