import { formatDependency } from '../format-dependency.ts';
import type { Dependency } from '../package-metadata.ts';
import { sense } from '../sense.ts';

const installBits = sense.prereq | sense.scriptPre | sense.scriptPost;
const eraseBits = sense.prereq | sense.scriptPreun | sense.scriptPostun;

/**
 * The requirements that mattered only while a package was installed: `Requires(pre)` and `Requires(post)`, unless the
 * same relation counts for erasing too. libsolv does not hold them against an installed package (repo_rpmdb.c,
 * SOLVABLE_PREREQ_IGNOREINST).
 */
export function ignoredWhenInstalled(requires: readonly Dependency[]): Dependency[] {
  const prerequisites = requires.filter(({ senseBits = 0 }) => (senseBits & (installBits | eraseBits)) !== 0);
  const isIgnored = ({ senseBits = 0 }: Dependency) => (senseBits & installBits) !== 0 && (senseBits & eraseBits) === 0;
  const counting = new Set(prerequisites.filter((each) => !isIgnored(each)).map(formatDependency));
  const ignored = new Map(prerequisites.filter(isIgnored).map((each) => [formatDependency(each), each]));
  return [...ignored].filter(([text]) => !counting.has(text)).map(([, dependency]) => dependency);
}
