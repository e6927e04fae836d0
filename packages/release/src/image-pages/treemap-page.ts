import { plural } from '@slipway/core';
import { countedSizes, type EntryUsage, measureUsage, type TreeManifest } from '@slipway/tree';
import { contentPolicy, pageAsset, pageStyle } from '../html/page-asset.ts';
import { html, SafeHtml } from '../html/safe-html.ts';
import { formatSize } from './format-size.ts';
import { sizeTables } from './size-tables.ts';
import { treemapData } from './treemap-data.ts';

/**
 * The sizes of an image as a map: one HTML page without external resources, whose content policy allows its own style
 * and script by digest and nothing else, whatever the image contains. Without scripts it is tables.
 */
export function formatTreemapHtml(manifest: TreeManifest): string {
  const style = pageStyle(new URL('treemap-page.css', import.meta.url));
  const script = pageAsset(new URL('treemap-page.js', import.meta.url));
  const [whole] = measureUsage(manifest.entries, { root: '/', depth: 0 }) as [EntryUsage];
  const { image } = manifest.header;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sizes in the image ${image}</title>
<style>${style}</style>
</head>
<body>
<header>
<p class="overline">Sizes in the image</p>
<h1>${image} <span>${formatSize(whole.size)}</span></h1>
<p class="lede">${lede(manifest, whole)}</p>
</header>
<main>
${map}${sizeTables(manifest, whole)}</main>
<script type="application/json" id="data">${embeddedJson(treemapData(manifest))}</script>
<script>${script}</script>
</body>
</html>
`.text;
}

function lede({ header, entries }: TreeManifest, whole: EntryUsage): SafeHtml {
  const files = [...countedSizes(entries)].filter(({ size }) => size > 0).length;
  const rules = whole.origins.filter(({ kind }) => kind === 'rule').reduce((sum, { size }) => sum + size, 0);
  return html`<strong>${plural(files, 'file')}</strong> with content, of <strong>${plural(header.packages.length, 'package')}</strong>; ${formatSize(rules)} were made for this image.`;
}

/** Shown by the script alone. */
const map = html`<section id="map" hidden>
<div class="toolbar" role="search">
<div class="search"><input type="search" id="search" aria-label="Search" aria-keyshortcuts="/" placeholder="Search by path or package" autocomplete="off"><output id="found" aria-live="polite"></output></div>
<div class="chips" role="group" aria-label="Colours by"><span>Colours by</span><button type="button" class="chip" data-colour="package" aria-pressed="true">Package</button><button type="button" class="chip" data-colour="directory" aria-pressed="false">Directory</button></div>
</div>
<nav id="crumbs" aria-label="Directory"></nav>
<div id="picture"><canvas role="img" aria-label="Map of the sizes; the lists below it say the same"></canvas><div id="cursor" hidden></div></div>
<div id="tip" role="tooltip" hidden></div>
<div class="lists">
<div><h2>In <span id="here"></span></h2><ol id="entries"></ol></div>
<div><h2>From</h2><ol id="origins"></ol></div>
</div>
</section>
`;

/** Nothing in a JSON text ends its element or begins a comment (HTML, "Restrictions for contents of script elements"). */
function embeddedJson(value: unknown): SafeHtml {
  return new SafeHtml(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
