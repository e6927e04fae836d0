import { formatCount, plural } from '@slipway/core';
import { countedSizes, type EntryUsage, measureUsage, originName, type TreeManifest } from '@slipway/tree';
import { html, noHtml, type SafeHtml } from '../html/safe-html.ts';
import { formatSize } from './format-size.ts';

const shownRows = 40;
const shownDepth = 4;

/** The same sizes for readers without scripts: largest directories, packages and files. */
export function sizeTables(manifest: TreeManifest, whole: EntryUsage): SafeHtml {
  const directories = measureUsage(manifest.entries, { root: '/', depth: shownDepth })
    .filter(({ entry, size }) => entry.type === 'directory' && entry.path !== '/' && size > 0)
    .map(({ entry, size, files }) => ({ name: entry.path, note: plural(files, 'file'), size }));
  const origins = whole.origins.map(({ name, kind, size }) => ({ name, note: kind, size }));
  const files = [...countedSizes(manifest.entries)].map(({ entry, size }) => ({
    ...{ name: entry.path, note: originName(entry.from), size },
  }));
  return html`<section id="tables">
${table('Directories', directories, whole.size)}${table('Packages and rules', origins, whole.size)}${table('Files', files, whole.size)}</section>
`;
}

interface Row {
  readonly name: string;
  readonly note: string;
  readonly size: number;
}

function table(title: string, rows: readonly Row[], whole: number): SafeHtml {
  const largest = rows.filter(({ size }) => size > 0).sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));
  const more = largest.length - shownRows;
  const lines = largest.slice(0, shownRows).map(
    ({
      name,
      note,
      size,
    }) => html`<tr><th scope="row">${name}</th><td>${note}</td><td>${formatSize(size)}</td><td>${share(size, whole)}</td></tr>
`,
  );
  const rest = more > 0 ? html`<p class="quiet">… and ${formatCount(more)} smaller ones.</p>` : noHtml;
  return html`<h2>${title}</h2>
<table>
<tbody>
${lines}</tbody>
</table>
${rest}`;
}

function share(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (part / whole) * 100).toFixed(1)} %`;
}
