import { depthChange } from '../conditionals.ts';
import type { OverlayMode } from '../overlay.ts';

/** One branch of a conditional: from `%if` or `%else` to the next such line. */
export interface Branch {
  /** Line index of the `%if`. */
  readonly opener: number;
  /** Line index of the directive that begins this branch: the `%if` itself, or an `%else` or `%elif`. */
  readonly start: number;
  readonly parent: Branch | undefined;
}

/**
 * The innermost branch at each line index: that of the place before the line. One more entry than lines, for the end.
 * Lines of which `isText` holds are in the body of a macro and no directives.
 */
export function branchMap(
  lines: readonly string[],
  mode: OverlayMode,
  isText: (line: number) => boolean,
): (Branch | undefined)[] {
  let current: Branch | undefined;
  const map = lines.map((line, index) => {
    const place = current;
    const change = isText(index) ? 0 : depthChange(line, mode);
    if (change > 0) {
      current = { opener: index, start: index, parent: current };
    } else if (change < 0) {
      current = current?.parent;
    } else if (current !== undefined && !isText(index) && isElse(line)) {
      current = { opener: current.opener, start: index, parent: current.parent };
    }
    return place;
  });
  return [...map, current];
}

function isElse(line: string): boolean {
  return /^[\t-\r ]*%(?:else|elif|elifarch|elifnarch|elifos|elifnos)(?![\w.])/i.test(line);
}

/** Where `place` is, seen from `home`: in the same branch, inside of a branch that begins there, or elsewhere. */
export function relation(home: Branch | undefined, place: Branch | undefined): 'same' | 'inside' | 'elsewhere' {
  if (home === place) {
    return 'same';
  }
  for (let branch = place; branch !== undefined; branch = branch.parent) {
    if (branch.parent === home) {
      return 'inside';
    }
  }
  return 'elsewhere';
}

/** The branch that begins in `home` and has `place` inside. */
export function outermostInside(home: Branch | undefined, place: Branch): Branch {
  let branch = place;
  while (branch.parent !== undefined && branch.parent !== home) {
    branch = branch.parent;
  }
  return branch;
}
