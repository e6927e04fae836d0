import type { Overlay } from '../../overlay.ts';
import type { LintInput } from '../lint-input.ts';
import { lintOverlays } from '../lint-overlays.ts';

type Rest = Partial<Omit<LintInput, 'overlays' | 'spec'>> & { readonly spec?: string };

/** Codes of the findings of a component `demo`, but for missing reasons, each as `code@overlay`. */
export function codesOf(overlays: readonly Overlay[], rest: Rest = {}): string[] {
  return findingsOf(overlays, rest).map(({ code, overlay }) => `${code}@${overlay}`);
}

export function findingsOf(overlays: readonly Overlay[], { spec, ...rest }: Rest = {}) {
  const input = {
    component: 'demo',
    overlays: overlays.map((overlay) => ({ overlay })),
    ...(spec !== undefined && { spec: Buffer.from(spec) }),
    ...rest,
  };
  return lintOverlays(input).filter(({ code }) => code !== 'missing-reason');
}
