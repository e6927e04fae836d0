import { join } from 'node:path';
import type { Project } from '@slipway/project';
import type { Deviation, DeviationReport } from '@slipway/release';
import { loadReport, reportsDirectory } from './built-reports.ts';

/** `deviations.json` as `formatDeviationJson` writes it: what the project does not state is null. */
interface DeviationDocument {
  readonly distribution: DeviationReport['distribution'];
  readonly totals: { readonly componentsTotal: number; readonly componentsChanged: number };
  readonly deviations: readonly DocumentedDeviation[];
}

type DocumentedDeviation = Omit<Deviation, 'category' | 'upstreamStatus' | 'since'> & {
  readonly category: string | null;
  readonly upstreamStatus: string | null;
  readonly since: { readonly time: string; readonly author: string } | null;
};

/** The deviations of the project as it was last built. Throws `CLI_NOT_BUILT`. */
export async function loadDeviations(project: Project): Promise<DeviationReport> {
  const text = await loadReport(join(reportsDirectory(project), 'deviations.json'), 'the deviations');
  const { distribution, totals, deviations } = JSON.parse(text) as DeviationDocument;
  const { componentsTotal, componentsChanged } = totals;
  return { distribution, componentsTotal, componentsChanged, deviations: deviations.map(readDeviation) };
}

function readDeviation({ category, upstreamStatus, since, ...facts }: DocumentedDeviation): Deviation {
  return {
    ...facts,
    category: category ?? undefined,
    upstreamStatus: upstreamStatus ?? undefined,
    ...(since !== null && { since: { time: Date.parse(since.time) / 1000, author: since.author } }),
  };
}
