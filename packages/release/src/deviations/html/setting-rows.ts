import { html, noHtml, type SafeHtml } from '../../html/safe-html.ts';
import type { SettingDeviation } from '../deviation.ts';
import { compareText, type DeviationSummary, formatPlace } from '../deviation-summary.ts';
import { componentCell, originNote, reasonText, sinceCell } from './fact-cells.ts';
import { columnHeadings, hasHistory } from './page-columns.ts';

/** The settings have a table of their own: they are not overlays, and their total is another one. */
export function settingSection({ settings, settingEntries }: DeviationSummary, total: string): SafeHtml {
  if (settings.length === 0) {
    return noHtml;
  }
  const dated = hasHistory(settings);
  const columns = [
    { key: 'component', title: 'Component', sort: true },
    { key: 'what', title: 'What and why', sort: false },
    { key: 'setting', title: 'Setting', sort: true },
    ...(dated ? [{ key: 'since', title: 'Since', sort: true }] : []),
  ];
  const ordered = settingEntries.toSorted((a, b) => compareText(a.deviation.setting, b.deviation.setting));
  const rows = ordered.map(
    (
      { deviation, components },
      position,
    ) => html`<tbody role="rowgroup" data-position="${position}" data-component="${components[0] ?? ''}" data-setting="${deviation.setting}" data-since="${deviation.since?.time ?? 0}">
<tr role="row">
${componentCell(components, '')}
<td role="cell" class="of-what">${whatAndWhy(deviation)}</td>
<td role="cell" class="of-setting" data-title="Setting"><code>${deviation.setting}</code></td>
${dated ? sinceCell(deviation) : noHtml}</tr>
</tbody>
`,
  );
  return html`<section id="settings">
<h2>Settings</h2>
<p class="explained">${total} They are counted apart from the overlays.</p>
<table role="table">
<thead role="rowgroup"><tr role="row">${columnHeadings(columns)}</tr></thead>
${rows}</table>
</section>
`;
}

function whatAndWhy(deviation: SettingDeviation): SafeHtml {
  return html`<p class="title">${deviation.description}</p>${reasonText(deviation)}<p class="place"><code class="plain">${formatPlace(deviation.at)}</code>${originNote(deviation)}</p>`;
}
