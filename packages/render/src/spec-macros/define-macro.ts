import type { Expansion } from './expand-macros.ts';
import type { MacroScope } from './macro-scope.ts';

const definitions = new Set(['global', 'define', 'undefine', 'bcond', 'bcond_with', 'bcond_without', 'dnl']);

export function isDefinition(name: string): boolean {
  return definitions.has(name);
}

export interface DefinitionPlace {
  readonly scope: MacroScope;
  readonly expand: (body: string) => Expansion;
}

/** Carries out `%global`, `%define`, `%undefine`, `%bcond…`; `rest` is the text after the word. */
export function defineMacro(word: string, rest: string, { scope, expand }: DefinitionPlace): void {
  switch (word) {
    case 'undefine':
      scope.set(rest.trim(), { kind: 'undefined' });
      break;
    case 'global':
    case 'define':
      defineText(rest, { scope, expand: word === 'global' ? expand : undefined });
      break;
    case 'bcond':
    case 'bcond_with':
    case 'bcond_without':
      defineConditional(word, rest, { scope, expand });
      break;
    default: // %dnl: a comment
  }
}

const definition = /^\s*([A-Za-z_][A-Za-z0-9_]*)(\([^()]*\))?\s*([^]*)$/;

function defineText(
  rest: string,
  { scope, expand }: { scope: MacroScope; expand: DefinitionPlace['expand'] | undefined },
): void {
  const [, name, parameters, written = ''] = definition.exec(rest) ?? [];
  if (name === undefined) {
    return;
  }
  if (parameters !== undefined) {
    scope.set(name, { kind: 'undecided', cause: name });
    return;
  }
  const body = bodyOf(written);
  scope.set(name, { kind: 'text', body: expand === undefined ? body : expand(body).text });
}

/** Without the blanks after it, the braces around it and the backslashes that continue its lines. */
function bodyOf(written: string): string {
  const body = written.trimEnd().replaceAll('\\\n', '\n');
  return body.startsWith('{') && body.endsWith('}') ? body.slice(1, -1) : body;
}

/** The macros file `macros.in` of rpm: `with_<name>` is defined when the conditional is on. */
function defineConditional(word: string, rest: string, { scope, expand }: DefinitionPlace): void {
  const [name, byDefault] = splitOnce(rest.trim());
  const on = word === 'bcond' ? valueOf(expand(byDefault)) : word === 'bcond_without';
  const asked = (side: string) => scope.get(`_${side}_${name}`)?.kind === 'text';
  const decided = on === false ? asked('with') : on === true ? !asked('without') : undefined;
  if (decided === undefined) {
    scope.set(`with_${name}`, { kind: 'undecided', cause: `with_${name}` });
  } else {
    scope.set(`with_${name}`, decided ? { kind: 'text', body: '1' } : { kind: 'undefined' });
  }
}

function splitOnce(text: string): [string, string] {
  const [name = ''] = /^\S*/.exec(text) ?? [];
  return [name, text.slice(name.length).trim()];
}

function valueOf({ text, undecided }: Expansion): boolean | undefined {
  return undecided === undefined && /^[0-9]+$/.test(text) ? Number(text) !== 0 : undefined;
}
