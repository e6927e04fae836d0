import { html, type SafeHtml } from '../../html/safe-html.ts';
import type { Deviation, DeviationFacts } from '../deviation.ts';

/** Columns of the table of overlays; `sort` is the fact of a row that a click on the title sorts by. */
export interface PageColumn {
  readonly key: 'component' | 'what' | 'category' | 'status' | 'lines' | 'since';
  readonly title: string;
  readonly sort: boolean;
}

/** Columns that would be empty are left out: a project may state no category, or nobody has measured lines. */
export function pageColumns(deviations: readonly Deviation[]): PageColumn[] {
  const shown: Readonly<Record<PageColumn['key'], boolean>> = {
    component: true,
    what: true,
    category: deviations.some(({ category }) => category !== undefined),
    status: deviations.some(({ upstreamStatus }) => upstreamStatus !== undefined),
    lines: deviations.some(({ measured }) => measured !== undefined),
    since: hasHistory(deviations),
  };
  const columns: readonly PageColumn[] = [
    { key: 'component', title: 'Component', sort: true },
    { key: 'what', title: 'What and why', sort: false },
    { key: 'category', title: 'Category', sort: true },
    { key: 'status', title: 'Upstream', sort: true },
    { key: 'lines', title: 'Lines', sort: true },
    { key: 'since', title: 'Since', sort: true },
  ];
  return columns.filter(({ key }) => shown[key]);
}

export function hasHistory(deviations: readonly DeviationFacts[]): boolean {
  return deviations.some(({ since }) => since !== undefined);
}

export function columnHeadings(columns: readonly { key: string; title: string; sort: boolean }[]): SafeHtml[] {
  return columns.map(({ key, title, sort }) =>
    sort
      ? html`<th scope="col" role="columnheader" class="of-${key}" data-sort="${key}">${title}</th>`
      : html`<th scope="col" role="columnheader" class="of-${key}">${title}</th>`,
  );
}
