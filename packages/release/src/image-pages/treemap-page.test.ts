import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '@slipway/core';
import type { ManifestEntry, TreeManifest } from '@slipway/tree';
import { loadInChromium, noChromium } from '../testing/chromium.ts';
import { formatTreemapHtml } from './treemap-page.ts';

const facts = { mode: 0o755, uid: 0, gid: 0, mtime: 0 } as const;
const bash = { packages: ['bash-5.3-1.x86_64'] };

function directory(path: string): ManifestEntry {
  return { ...facts, path, type: 'directory', from: bash };
}

function file(path: string, size: number, more: Partial<ManifestEntry> = {}): ManifestEntry {
  return { ...facts, path, type: 'file', size, sha256: sha256(path), from: bash, ...more } as ManifestEntry;
}

function manifestOf(entries: readonly ManifestEntry[]): TreeManifest {
  return {
    header: {
      ...{ image: 'server', time: 0, entries: entries.length, scriptlets: [], removals: [], users: [], groups: [] },
      packages: [{ name: 'bash', nevra: 'bash-5.3-1.x86_64' }],
      rules: [{ name: 'accounts', meaning: '' }],
    },
    entries,
  };
}

const smuggled = '</script><script>document.title = "broken"</script><img src=x onerror=alert(1)>\u202e';
const sample = manifestOf([
  directory('/'),
  directory('/etc'),
  file('/etc/passwd', 3000, { from: { rule: 'accounts' } }),
  directory('/usr'),
  file('/usr/bash', 6_000_000),
  file('/usr/linked', 6_000_000, { hardLink: 1 }),
  file('/usr/linked-too', 6_000_000, { hardLink: 1 }),
  file(`/usr/${smuggled.replaceAll('/', '\u2215')}`, 500),
]);
const page = formatTreemapHtml(sample);

/** A document without its style and scripts. */
function shown(dom: string): string {
  return dom.replace(/<(style|script)[^]*?<\/\1>/g, '');
}

test('the page has its data, one script of its own, and no address', () => {
  assert.equal(page.match(/<script/g)?.length, 2);
  assert.doesNotMatch(page, /<(?:img|link|iframe|object|embed|base|form)\b/);
  assert.doesNotMatch(page, /@import|url\(|\s(?:src|href)="/);
  assert.doesNotMatch(page, /\u202e/);
});

test('without scripts the page is tables of directories, packages and files', () => {
  const rows = [...page.matchAll(/<tr><th scope="row">([^<]*)<\/th><td>([^<]*)<\/td><td>([^<]*)<\/td><td>([^<]*)/g)];
  assert.deepEqual(
    rows.slice(0, 5).map(([, ...cells]) => cells),
    [
      ['/usr', '4 files', '12.0 MB', '100.0 %'],
      ['/etc', '1 file', '3.0 kB', '0.0 %'],
      ['bash-5.3-1.x86_64', 'package', '12.0 MB', '100.0 %'],
      ['accounts', 'rule', '3.0 kB', '0.0 %'],
      ['/usr/bash', 'bash-5.3-1.x86_64', '6.0 MB', '50.0 %'],
    ],
  );
});

test('an image without a byte has a page', { skip: noChromium }, async () => {
  const dom = shown(await loadInChromium(formatTreemapHtml(manifestOf([directory('/')]))));
  assert.match(dom, /<section id="tables" hidden="">/);
  assert.doesNotMatch(dom, /NaN|Infinity|undefined %/);
});

test('Chromium draws the map and lists what is in it; nothing that a name smuggles in runs', {
  skip: noChromium,
}, async () => {
  const dom = shown(await loadInChromium(page));
  assert.match(dom, /<title>Sizes in the image server<\/title>/);
  assert.match(dom, /12\.0 MB in 4 files, 100\.0 %/);
  assert.match(dom, /<ol id="entries"><li><button type="button" title="usr\/">/);
  assert.match(dom, /<ol id="origins"><li><button type="button" title="bash">/);
});

test('Chromium opens a directory by its address, and searches in it', { skip: noChromium }, async () => {
  const open = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  const script = `
    addEventListener('hashchange', () => {
      const search = document.getElementById('search');
      search.value = 'LINKED bash';
      search.dispatchEvent(new Event('input'));
    });
    document.querySelector('[data-colour="directory"]').click();
    location.hash = '/usr';
  `;
  const dom = shown(await loadInChromium(open.replace('</body>', () => `<script>${script}</script></body>`)));
  assert.match(dom, /In <span id="here">\/usr<\/span>/);
  assert.match(dom, /<output id="found"[^>]*>1 file, 6\.0 MB<\/output>/);
  assert.match(dom, /<button type="button" aria-current="page">usr<\/button>/);
});
