import { SlipwayError } from '@slipway/core';
import { builtinFunctions, builtinMacro, isUnset, type MacroFunction } from './builtin-macros.ts';
import { defineMacro, isDefinition } from './define-macro.ts';
import { type MacroReference, type NamedReference, parseMacroReference } from './macro-reference.ts';
import type { MacroScope } from './macro-scope.ts';

export interface Expansion {
  /** What could not be expanded stands in it as it was. */
  readonly text: string;
  /** The first macro that could not be expanded; absent when all could. */
  readonly undecided?: string;
}

/** What one spec may cost, shared by all expansions of it. */
export interface ExpansionBudget {
  /** References that may still be expanded. */
  steps: number;
  /** Characters that may still come out of macros. */
  characters: number;
}

/** The spec with most macros in Azure Linux 4 (texlive) has some 30,000 references and 2 MB. */
export function newExpansionBudget(): ExpansionBudget {
  return { steps: 500_000, characters: 32 << 20 };
}

export interface ExpansionOptions {
  readonly scope: MacroScope;
  readonly budget: ExpansionBudget;
  /** Beside rpm's own. */
  readonly functions: ReadonlyMap<string, MacroFunction>;
  /** The macros whose bodies are being expanded: none may use itself. */
  readonly active: Set<string>;
}

/** rpm's own limit (max_macro_depth). */
const depthLimit = 64;

/**
 * Expands what a spec itself defines: `%{name}`, `%name`, `%{?name}`, `%{!?name:text}`, `%{with name}`; definitions
 * inside of the text take effect. Lua, shell commands, expressions, case conversions and macros that only rpm's own
 * configuration has are left as they are, except for the shell idiom that shortens a commit. Throws `CORE_LIMIT`.
 */
export function expandMacros(text: string, options: ExpansionOptions, depth = 0): Expansion {
  const parts: string[] = [];
  let undecided: string | undefined;
  let at = 0;
  for (let percent = text.indexOf('%'); percent >= 0; percent = text.indexOf('%', at)) {
    parts.push(text.slice(at, percent));
    const reference = parseMacroReference(text, percent);
    const expanded = expandReference({ text, at: percent, reference }, options, depth);
    parts.push(expanded.text);
    undecided ??= expanded.undecided;
    at = expanded.end ?? reference.end;
  }
  parts.push(text.slice(at));
  return { text: parts.join(''), ...(undecided === undefined ? {} : { undecided }) };
}

interface Use {
  readonly text: string;
  readonly at: number;
  readonly reference: MacroReference;
}

interface Expanded extends Expansion {
  /** Where reading goes on, when that is not the end of the reference. */
  readonly end?: number;
}

function expandReference(use: Use, options: ExpansionOptions, depth: number): Expanded {
  const { text, at, reference } = use;
  spend(options.budget, 0);
  const written = text.slice(at, reference.end);
  switch (reference.kind) {
    case 'percent':
      return { text: '%' };
    case 'unclosed':
      return { text: written, undecided: written.slice(0, 40) };
    case 'expression':
      return { text: written, undecided: '%[]' };
    case 'shell':
      return expandShell(reference.body, options, depth);
    default:
      return expandNamed({ ...use, reference }, options, depth);
  }
}

function expandNamed(
  { text, at, reference }: Use & { reference: NamedReference },
  options: ExpansionOptions,
  depth: number,
): Expanded {
  const { name, braced } = reference;
  const rest = braced ? (reference.args ?? reference.body ?? '') : text.slice(reference.end);
  if (isDefinition(name) && !reference.tested) {
    defineMacro(name, rest, { scope: options.scope, expand: (body) => expandMacros(body, options, depth + 1) });
    return { text: '', end: braced ? reference.end : text.length };
  }
  const call = isTest(reference) ? undefined : (options.functions.get(name) ?? builtinFunctions.get(name));
  if (call !== undefined && depth < depthLimit) {
    return expandCall(call, { name, args: rest, end: braced ? reference.end : text.length }, options, depth);
  }
  return expandKnown(reference, options, depth) ?? { text: text.slice(at, reference.end), undecided: name };
}

function expandCall(
  call: MacroFunction,
  { name, args, end }: { name: string; args: string; end: number },
  options: ExpansionOptions,
  depth: number,
): Expanded {
  const expanded = expandMacros(args, options, depth + 1);
  const text = call(expanded.text);
  return text === undefined ? { text: `%{${name} ${args}}`, undecided: name, end } : { ...expanded, text, end };
}

/** Whether it asks for a macro without using its value. */
function isTest({ tested, negated, body }: NamedReference): boolean {
  return tested && (negated || body !== undefined);
}

/** Undefined when only rpm can tell. */
function expandKnown(reference: NamedReference, options: ExpansionOptions, depth: number): Expansion | undefined {
  const { name, tested, negated, body } = reference;
  const answer = builtinMacro(reference, options.scope);
  const value = answer ?? options.scope.get(name);
  if (depth >= depthLimit || value?.kind === 'undecided' || (reference.args !== undefined && answer === undefined)) {
    return answer?.kind === 'undecided' ? { text: `%{${name} ${reference.args}}`, undecided: answer.cause } : undefined;
  }
  const content = value?.kind === 'text' ? { name, body: value.body } : undefined;
  if (!tested) {
    return content === undefined || body !== undefined ? undefined : expandBody(content, options, depth);
  }
  const defined = content !== undefined || options.functions.has(name);
  if (!defined && !isUnset(name, value)) {
    return undefined;
  }
  return defined === negated
    ? { text: '' }
    : expandBody(body !== undefined || negated ? { body: body ?? '' } : (content ?? { body: '' }), options, depth);
}

/** The body of a macro, or with no name a text of the caller. Undefined for a macro that uses itself. */
function expandBody(
  { name, body }: { readonly name?: string; readonly body: string },
  options: ExpansionOptions,
  depth: number,
): Expansion | undefined {
  if (name === undefined) {
    return expandMacros(body, options, depth + 1);
  }
  if (options.active.has(name)) {
    return undefined;
  }
  spend(options.budget, body.length);
  options.active.add(name);
  const expansion = expandMacros(body, options, depth + 1);
  options.active.delete(name);
  return expansion;
}

const shortened =
  /^\s*([A-Za-z_][A-Za-z0-9_]*)=([A-Za-z0-9.+~^_-]*)\s*;\s*echo\s+"?\$\{([A-Za-z_][A-Za-z0-9_]*):([0-9]{1,3}):([0-9]{1,3})\}"?\s*$/;

/** `%(c=<commit>; echo ${c:0:7})` is how most specs shorten a commit; any other command is left to rpm. */
function expandShell(body: string, options: ExpansionOptions, depth: number): Expansion {
  const command: Expansion = depth < depthLimit ? expandMacros(body, options, depth + 1) : { text: body };
  const [, variable, value = '', used, from, length] = shortened.exec(command.text) ?? [];
  if (variable === undefined || variable !== used || command.undecided !== undefined) {
    const format = command.undecided?.length === 1; // as in %(date +%Y)
    return { text: `%(${body})`, undecided: format ? '%()' : (command.undecided ?? '%()') };
  }
  return { text: value.slice(Number(from), Number(from) + Number(length)) };
}

function spend(budget: ExpansionBudget, characters: number): void {
  budget.steps--;
  budget.characters -= characters;
  if (budget.steps < 0 || budget.characters < 0) {
    throw new SlipwayError('CORE_LIMIT', 'Cannot expand the macros of the spec: they grow without bound', {
      hint: 'look for macros that use each other more than once',
    });
  }
}
