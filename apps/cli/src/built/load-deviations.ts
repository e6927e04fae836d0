import { join } from 'node:path';
import { readTextIfPresent } from '@slipway/core';
import type { Project } from '@slipway/project';
import type { DeviationReport } from '@slipway/release';
import { reportsDirectory } from './built-reports.ts';

export interface LoadedDeviations {
  readonly report: DeviationReport;
  /** Why the report is not that of a build; undefined when it is. */
  readonly note?: string;
}

/**
 * The deviations of the last build with their lines and diffs, or, where the project was never built or has changed
 * since, what it declares.
 */
export async function loadDeviations(project: Project): Promise<LoadedDeviations> {
  const [{ declaredReport, parseDeviationDocument }, { projectDigest }] = await Promise.all([
    import('@slipway/release'),
    import('@slipway/project'),
  ]);
  const text = await readTextIfPresent(join(reportsDirectory(project), 'deviations.json'));
  const built = text === undefined ? undefined : parseDeviationDocument(text);
  if (built?.basis === 'built' && built.project === (await projectDigest(project))) {
    return { report: built };
  }
  const why = text === undefined ? 'the project was not built yet' : 'the project has changed since it was built';
  return { report: declaredReport(project), note: `Deviations as they are declared: ${why}.` };
}
