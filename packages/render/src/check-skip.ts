import type { BuildConfig } from '@slipway/project';
import type { SpecOverlay } from '@slipway/spec';

/**
 * The overlay that ends `%check` before it begins (overlays.md 2.8, step 3); it fails on a spec without that section.
 * The reason stays a comment whatever is in it: its macros are quoted and every line of it has a `#`.
 */
export function checkSkipOverlays(check: BuildConfig['check']): SpecOverlay[] {
  if (check?.skip !== true) {
    return [];
  }
  const [first = '', ...more] = (check.skipReason ?? '').replaceAll('%', '%%').trimEnd().split(/\r?\n/);
  const reason = [`# Check section disabled: ${first}`, ...more.map((line) => `# ${line}`)];
  return [{ type: 'spec-prepend-lines', section: '%check', lines: [...reason, 'exit 0', ''] }];
}
