import type { BuildConfig } from '@slipway/project';

/**
 * The macros that the settings of a component ask for (overlays.md 3.6), sorted by name: conditionals as rpmbuild's
 * `--with` and `--without` set them, then the defines, which win; undefines delete.
 */
export function componentMacros(build: BuildConfig): ReadonlyMap<string, string> {
  const { with: enabled = [], without = [], defines = {}, undefines = [] } = build;
  const macros = new Map([
    ...without.map((name) => [`_without_${name}`, '1'] as const),
    ...enabled.map((name) => [`_with_${name}`, '1'] as const),
    ...Object.entries(defines),
  ]);
  for (const name of undefines) {
    macros.delete(name);
  }
  return new Map([...macros].sort(([a], [b]) => (a < b ? -1 : 1)));
}
