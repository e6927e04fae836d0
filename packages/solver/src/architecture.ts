import type { SolverRequest } from './request.ts';

const i686Family: readonly string[] = ['i686', 'i586', 'i486', 'i386'];

/** 0 does not fit the machine, 1 every machine (noarch), 2 native, from 3 the second, inferior word size. */
export type ArchitectureScore = number;

export const noarchScore = 1;
export const nativeScore = 2;

/** Scores packages' architectures for a request; lower from 2 is better. */
export function architectureScores(request: SolverRequest): (arch: string) => ArchitectureScore {
  const inferior = request.multilib === true && request.architecture === 'x86_64' ? i686Family : [];
  const scores = new Map<string, number>([
    ['noarch', noarchScore],
    [request.architecture, nativeScore],
    ...inferior.map((arch, at): [string, number] => [arch, nativeScore + 1 + at]),
  ]);
  return (arch) => scores.get(arch) ?? 0;
}

/** Packages of one colour replace one another; noarch has every colour (rpm's multilib colours). */
export function sameColour(a: ArchitectureScore, b: ArchitectureScore): boolean {
  return a === noarchScore || b === noarchScore || (a === nativeScore) === (b === nativeScore);
}
