import type { NamedReference } from './macro-reference.ts';
import type { MacroScope, MacroValue } from './macro-scope.ts';

/** A macro with parameters that is computed here: its value for the arguments that the spec writes, if it has one. */
export type MacroFunction = (args: string) => string | undefined;

/** rpm's own functions that are understood here. The others (Lua, changes of case, …) only rpm computes. */
export const builtinFunctions: ReadonlyMap<string, MacroFunction> = new Map([['sub', substring]]);

const otherBuiltins = `lua len lower upper gsub rep reverse byte expand shrink quote basename dirname suffix
  url2path u2p exists rpmversion getenv getncpus`.split(/\s+/);

/** The macros that every rpm has, whatever distribution it is of. */
export const rpmFunctions: ReadonlySet<string> = new Set([...builtinFunctions.keys(), ...otherBuiltins]);

/** `%{sub TEXT FROM [TO]}`, Lua's string.sub: places from 1, from the end when negative. */
function substring(args: string): string | undefined {
  const [text = '', ...places] = args.trim().split(/\s+/);
  const [from, to = -1] = places.map(Number);
  if (from === undefined || places.length > 2 || !Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
    return undefined;
  }
  const start = from < 0 ? Math.max(0, text.length + from) : Math.max(0, from - 1);
  return text.slice(start, Math.max(start, to < 0 ? text.length + to + 1 : to));
}

/** What rpm brings along and a spec asks for by name: `%{nil}`, `%{with x}`, `%{defined x}`. Undefined for others. */
export function builtinMacro({ name, args }: NamedReference, scope: MacroScope): MacroValue | undefined {
  const asked = args?.trim() ?? '';
  switch (name) {
    case 'nil':
      return { kind: 'text', body: '' };
    case 'with':
    case 'without':
      return definedness(`with_${asked}`, name === 'with', scope.get(`with_${asked}`) ?? { kind: 'undefined' });
    case 'defined':
    case 'undefined':
      return definedness(asked, name === 'defined', scope.get(asked));
    default:
      return undefined;
  }
}

function definedness(name: string, wanted: boolean, value: MacroValue | undefined): MacroValue {
  return value?.kind === 'text' || isUnset(name, value)
    ? { kind: 'text', body: (value?.kind === 'text') === wanted ? '1' : '0' }
    : { kind: 'undecided', cause: name };
}

/** Macros of the distribution that a package is built on; a spec asks for them without defining them. */
const distributionMacros = new Set(
  `dist fedora rhel centos epel eln flatpak suse_version sle_version is_opensuse mageia amzn azl azurelinux
   optflags python3_pkgversion python3_version`.split(/\s+/),
);

/** Whether a macro that the spec does not define is surely undefined: nobody else has a reason to define it. */
export function isUnset(name: string, value: MacroValue | undefined): boolean {
  if (value !== undefined) {
    return value.kind === 'undefined';
  }
  return /^_with(?:out)?_/.test(name) || !(name.startsWith('_') || distributionMacros.has(name));
}
