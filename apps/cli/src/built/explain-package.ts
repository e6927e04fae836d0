import type { ReportedPackage, ReportedReason, ResolutionReport } from './built-reports.ts';

/** One step from a package towards what somebody asked for. */
export interface WhyStep {
  readonly name: string;
  readonly reason: string;
}

interface OpenPath {
  readonly entry: ReportedPackage;
  readonly steps: readonly WhyStep[];
}

/**
 * The shortest way from a package to a request: each step's reason names the package of the next step, and the last
 * one was asked for. Breadth first, so nothing shorter exists.
 */
export function explainPackage({ packages }: ResolutionReport, start: ReportedPackage): readonly WhyStep[] {
  const byDigest = new Map(packages.map((entry) => [entry.digest, entry]));
  const seen = new Set([start.digest]);
  const open: OpenPath[] = [{ entry: start, steps: [] }];
  for (const { entry, steps } of open) {
    const request = entry.reasons.find(isRequest);
    if (request !== undefined) {
      return [...steps, { name: entry.name, reason: request.text }];
    }
    for (const { text, by } of entry.reasons) {
      const parent = byDigest.get(by ?? '');
      if (parent !== undefined && !seen.has(parent.digest)) {
        seen.add(parent.digest);
        open.push({ entry: parent, steps: [...steps, { name: entry.name, reason: text }] });
      }
    }
  }
  return [{ name: start.name, reason: start.reasons[0]?.text ?? 'no reason is recorded' }];
}

/** Recommendations name nobody either, but they are not why a package had to come. */
function isRequest({ text, by }: ReportedReason): boolean {
  return by === undefined && text.startsWith('requested');
}
