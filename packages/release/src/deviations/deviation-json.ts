import type { DeviationReport } from './deviation.ts';
import { deviationDocument } from './deviation-document.ts';

/** The report for programs (docs/reference/deviations.schema.json). */
export function formatDeviationJson(report: DeviationReport): string {
  return `${JSON.stringify(deviationDocument(report), undefined, 2)}\n`;
}
