/** One exported declaration of a `.d.ts` file. */
export interface Declaration {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'const' | 'interface' | 'type';
  /** As the compiler writes it, without `export` and `declare`; overloads follow each other. */
  readonly text: string;
  /** The documentation comment as running text; empty when there is none. */
  readonly comment: string;
}

const beginning = /^export (?:declare )?(?:abstract )?(function|class|const|interface|type) (\w+)/;

/** The exported declarations of a file that the compiler emitted, by name. */
export function parseDeclarations(text: string): ReadonlyMap<string, Declaration> {
  const found = new Map<string, Declaration>();
  let comment = '';
  for (const statement of statementsOf(text)) {
    const [, kind, name] = beginning.exec(statement) ?? [];
    if (kind !== undefined && name !== undefined) {
      const earlier = found.get(name);
      const body = statement
        .replace(/^export (?:declare )?/, '')
        .replace(/^ +#private;\n/gm, '')
        .replace(/^( +)/gm, halfIndent);
      found.set(name, {
        name,
        kind: kind as Declaration['kind'],
        text: earlier === undefined ? body : `${earlier.text}\n${body}`,
        comment: earlier?.comment || comment,
      });
    }
    comment = statement.startsWith('/**') ? commentText(statement) : '';
  }
  return found;
}

function halfIndent(spaces: string): string {
  return ' '.repeat(spaces.length / 2);
}

/** Comments, and what ends in a line at the depth at which it began. */
function* statementsOf(text: string): Iterable<string> {
  let lines: string[] = [];
  let depth = 0;
  for (const line of text.split('\n')) {
    lines.push(line);
    const isComment = lines[0]?.startsWith('/**') ?? false;
    depth += isComment || /^\s*\*|^\s*\/\*\*/.test(line) ? 0 : depthChange(line);
    const isWhole = isComment ? line.endsWith('*/') : depth === 0 && /[;}]$/.test(line);
    if (isWhole || line === '') {
      yield lines.join('\n');
      lines = [];
    }
  }
}

function depthChange(line: string): number {
  const code = line.replace(/'[^']*'|"[^"]*"|`[^`]*`|\/\/.*|=>/g, '');
  return (code.match(/[({[<]/g)?.length ?? 0) - (code.match(/[)}\]>]/g)?.length ?? 0);
}

function commentText(comment: string): string {
  return comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .trim();
}
