import { SlipwayError } from '@slipway/core';
import { defineMacro, isDefinition } from './define-macro.ts';
import { type MacroReference, type NamedReference, parseMacroReference } from './macro-reference.ts';
import type { MacroScope, MacroValue } from './macro-scope.ts';

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

/** A macro that a program provides: its value for the arguments that the spec writes. */
export type MacroFunction = (args: string) => string;

export interface ExpansionOptions {
  readonly scope: MacroScope;
  readonly budget: ExpansionBudget;
  readonly functions: ReadonlyMap<string, MacroFunction>;
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
  const call = isTest(reference) ? undefined : options.functions.get(name);
  if (call !== undefined && depth < depthLimit) {
    const args = expandMacros(rest, options, depth + 1);
    return { ...args, text: call(args.text), end: braced ? reference.end : text.length };
  }
  const known = expandKnown(reference, options, depth);
  return known ?? { text: text.slice(at, reference.end), undecided: name };
}

/** Whether it asks for a macro without using its value. */
function isTest({ tested, negated, body }: NamedReference): boolean {
  return tested && (negated || body !== undefined);
}

/** Undefined when only rpm can tell. */
function expandKnown(reference: NamedReference, options: ExpansionOptions, depth: number): Expansion | undefined {
  const { name, tested, negated, body } = reference;
  const answer = builtin(reference, options.scope);
  const value = options.scope.get(name) ?? answer;
  if (depth >= depthLimit || value?.kind === 'undecided' || (reference.args !== undefined && answer === undefined)) {
    return undefined;
  }
  const defined = value?.kind === 'text' || (tested && options.functions.has(name));
  if (tested) {
    return defined || isUnset(name, value)
      ? expandTested({ applies: defined !== negated, text: negated ? '' : textOf(value), body }, options, depth)
      : undefined;
  }
  return value?.kind === 'text' && body === undefined ? expandBody(value.body, options, depth) : undefined;
}

function textOf(value: MacroValue | undefined): string {
  return value?.kind === 'text' ? value.body : '';
}

function expandTested(
  { applies, text, body }: { applies: boolean; text: string; body: string | undefined },
  options: ExpansionOptions,
  depth: number,
): Expansion {
  return applies ? expandBody(body ?? text, options, depth) : { text: '' };
}

function expandBody(body: string, options: ExpansionOptions, depth: number): Expansion {
  spend(options.budget, body.length);
  return expandMacros(body, options, depth + 1);
}

/** What rpm brings along and a spec uses like its own. */
function builtin({ name, args }: NamedReference, scope: MacroScope): MacroValue | undefined {
  const asked = args?.trim() ?? '';
  switch (name) {
    case 'nil':
      return text('');
    case 'with':
    case 'without':
      return truth((scope.get(`with_${asked}`)?.kind === 'text') === (name === 'with'));
    case 'defined':
    case 'undefined':
      return asked !== '' && isDecided(asked, scope)
        ? truth((scope.get(asked)?.kind === 'text') === (name === 'defined'))
        : undefined;
    default:
      return undefined;
  }
}

function text(body: string): MacroValue {
  return { kind: 'text', body };
}

function truth(value: boolean): MacroValue {
  return text(value ? '1' : '0');
}

function isDecided(name: string, scope: MacroScope): boolean {
  const value = scope.get(name);
  return value?.kind === 'text' || isUnset(name, value);
}

/** Macros of the distribution that a package is built on; a spec asks for them without defining them. */
const distributionMacros = new Set(
  `dist fedora rhel centos epel eln flatpak suse_version sle_version is_opensuse mageia amzn azl azurelinux
   optflags python3_pkgversion python3_version`.split(/\s+/),
);

/** Whether a macro that the spec does not define is surely undefined: nobody else has a reason to. */
function isUnset(name: string, value: MacroValue | undefined): boolean {
  if (value !== undefined) {
    return value.kind === 'undefined';
  }
  return /^_with(?:out)?_/.test(name) || !(name.startsWith('_') || distributionMacros.has(name));
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
