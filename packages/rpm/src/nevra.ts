import { SlipwayError } from '@slipway/core';
import { formatEvr, parseEvr } from './evr.ts';
import type { Nevra } from './package-metadata.ts';

/** `name-[epoch:]version-release.arch`, with the epoch only when it is not 0. */
export function formatNevra(nevra: Nevra): string {
  return `${nevra.name}-${formatEvr(nevra.evr)}.${nevra.arch}`;
}

/**
 * The reverse of `formatNevra`: the architecture follows the last dot, version and release are the last two parts
 * between hyphens. Throws `RPM_BAD_NEVRA`.
 */
export function parseNevra(text: string): Nevra {
  const match = /^(.+)-([^-]+-[^-]+)\.([^.-]+)$/.exec(text);
  const [, name, evr, arch] = match ?? [];
  if (name === undefined || evr === undefined || arch === undefined) {
    throw new SlipwayError('RPM_BAD_NEVRA', `Cannot read the package name "${text.slice(0, 200)}"`, {
      hint: 'write name-[epoch:]version-release.arch, for example bash-5.2.37-1.x86_64',
    });
  }
  return { name, evr: parseEvr(evr), arch };
}
