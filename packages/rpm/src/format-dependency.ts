import { formatEvr } from './evr.ts';
import type { Dependency } from './package-metadata.ts';

/** `name`, or `name >= evr`. */
export function formatDependency(dependency: Dependency): string {
  const { name, comparison, evr } = dependency;
  return comparison === undefined || evr === undefined ? name : `${name} ${comparison} ${formatEvr(evr)}`;
}
