import { formatCount, plural } from '@slipway/core';
import type { DeviationReport } from './deviation.ts';
import type { DeviationSummary } from './deviation-summary.ts';

/** The totals in words, one sentence each: components and overlays, lines, settings. */
export function deviationTotals(report: DeviationReport, summary: DeviationSummary): string[] {
  return [overlayTotal(report, summary), ...lineTotal(summary), ...settingTotal(summary)];
}

function overlayTotal({ componentsTotal }: DeviationReport, { components, deviations, entries }: DeviationSummary) {
  const inherited =
    entries.length === deviations.length ? '' : `, declared in ${plural(entries.length, 'place')} and inherited`;
  const differ = componentsTotal === 1 ? 'differs' : 'differ';
  return `${formatCount(components.changedByOverlays)} of ${plural(componentsTotal, 'component')} ${differ}, by ${plural(deviations.length, 'overlay')}${inherited}.`;
}

function lineTotal({ lines, deviations }: DeviationSummary): string[] {
  const sums = `+${formatCount(lines.added)} −${formatCount(lines.removed)} lines`;
  if (deviations.length === 0) {
    return [];
  }
  if (lines.measured === deviations.length) {
    return [`${sums}.`];
  }
  const known = `Lines are known for ${formatCount(lines.measured)} of ${formatCount(deviations.length)}`;
  return [`${lines.measured === 0 ? known : `${known} (${sums})`}: ${howToMeasure}.`];
}

/** Nothing is applied for the report: whoever applies the overlays knows what they change. */
export const howToMeasure = 'slipway deviations --specs fetch measures the others';

/** One sentence, or none without settings. */
export function settingTotal({ settings, settingEntries, components }: DeviationSummary): string[] {
  if (settings.length === 0) {
    return [];
  }
  const more = components.different - components.changedByOverlays;
  const inherited =
    settingEntries.length === settings.length ? '' : ` (declared in ${plural(settingEntries.length, 'place')})`;
  const change = settings.length === 1 ? 'changes' : 'change';
  return [
    `${plural(settings.length, 'setting')} of ${plural(components.changedBySettings, 'component')}${inherited} ${change} how upstream is built; ${formatCount(more)} of these have no overlay.`,
  ];
}
