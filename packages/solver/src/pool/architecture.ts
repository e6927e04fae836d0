const i386Family = 'i686:i586:i486:i386';
const armV5 = 'armv5tejl:armv5tel:armv5tl:armv5l:armv4tl:armv4l:armv3l';
const sparc = 'sparcv9:sparcv8:sparc';

/** Architectures that a machine runs, best first: the table that libsolv and rpm share (poolarch.c, rpmrc). */
const policies: Readonly<Record<string, string>> = {
  x86_64_v4: `x86_64_v4:x86_64_v3:x86_64_v2:x86_64:${i386Family}`,
  x86_64_v3: `x86_64_v3:x86_64_v2:x86_64:${i386Family}`,
  x86_64_v2: `x86_64_v2:x86_64:${i386Family}`,
  x86_64: `x86_64:${i386Family}`,
  i686: i386Family,
  i586: 'i586:i486:i386',
  i486: 'i486:i386',
  s390x: 's390x:s390',
  ppc64: 'ppc64:ppc',
  ppc64p7: 'ppc64p7:ppc64:ppc',
  ia64: `ia64:${i386Family}`,
  armv8hcnl: 'armv8hcnl:armv8hnl:armv8hl:armv7hnl:armv7hl:armv6hl',
  armv8hnl: 'armv8hnl:armv8hl:armv7hnl:armv7hl:armv6hl',
  armv8hl: 'armv8hl:armv7hl:armv6hl',
  armv8l: `armv8l:armv7l:armv6l:${armV5}`,
  armv7hnl: 'armv7hnl:armv7hl:armv6hl',
  armv7hl: 'armv7hl:armv6hl',
  armv7l: `armv7l:armv6l:${armV5}`,
  armv6l: `armv6l:${armV5}`,
  armv5tejl: armV5,
  sh4a: 'sh4a:sh4',
  sparc64v: `sparc64v:sparc64:sparcv9v:${sparc}`,
  sparc64: `sparc64:${sparc}`,
  sparcv9v: `sparcv9v:${sparc}`,
  sparcv9: sparc,
};

/**
 * How well an architecture fits: 0 not at all, 1 `noarch`; others carry their class in the upper half and their place
 * in it in the lower one, lower is better. Only packages of one class replace each other.
 */
export type ArchitectureScore = number;

export const noarchScore = 1;
/** The scores of the machine's own class begin here; each further class adds as much. */
const classStep = 0x1_0000;

/** `x86_64`, or a policy of one's own: classes joined by `:`, within a class `>`, after a leading `:`. */
export function architectureScores(architecture: string): ReadonlyMap<string, ArchitectureScore> {
  const policy = architecture.startsWith(':') ? architecture.slice(1) : (policies[architecture] ?? architecture);
  const scores = new Map<string, ArchitectureScore>([['noarch', noarchScore]]);
  let score = classStep + 1;
  for (const [, separator = '', name = ''] of policy.matchAll(/([:=>]?)([^:=>]+)/g)) {
    if (!scores.has(name)) {
      score += separator === ':' ? classStep : separator === '>' ? 1 : 0;
      scores.set(name, score);
    }
  }
  return scores;
}

export function isSameClass(a: ArchitectureScore, b: ArchitectureScore): boolean {
  return ((a ^ b) & 0xffff_0000) === 0;
}

/** rpm's colours as bits: 1 for 32 bits, 2 for 64 bits, both for `noarch`. */
export function architectureColour(arch: string): number {
  return ['noarch', 'all', 'any'].includes(arch) ? 3 : arch === 's390x' || arch.includes('64') ? 2 : 1;
}
