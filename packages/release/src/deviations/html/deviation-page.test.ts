import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadInChromium, noChromium } from '../../testing/chromium.ts';
import { bareDeviation, sampleDeviation, sampleReport } from '../../testing/sample-deviations.ts';
import { formatDeviationHtml } from './deviation-page.ts';
import { html } from './safe-html.ts';

const page = formatDeviationHtml(sampleReport);

test('the page has no script, image or address but its own script and the links of the report', () => {
  assert.equal(page.match(/<script/g)?.length, 1);
  assert.doesNotMatch(page, /<(?:img|link|iframe|object|embed|base|form)\b/);
  assert.doesNotMatch(page, /@import|url\(|\ssrc="/);
  assert.deepEqual(
    [...page.matchAll(/href="([a-z]+:)/g)].map(([, scheme]) => scheme),
    ['https:', 'https:', 'https:', 'https:'],
  );
});

test('the page is the same whatever the order of the deviations', () => {
  const deviations = sampleReport.deviations.toReversed();

  assert.equal(formatDeviationHtml({ ...sampleReport, deviations }), page);
});

test('every insertion is escaped, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { text: written } = html`<p title="${text}">${text}</p>`;
      const [, title = '', content = ''] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(written) ?? ['', '<', '<'];
      assert.equal(title, content);
      assert.doesNotMatch(title, /[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
    }),
  );
});

test('reports without deviations, or with deviations that say little, have a page', () => {
  const empty = formatDeviationHtml({ ...sampleReport, componentsTotal: 0, componentsChanged: 0, deviations: [] });
  const bare = formatDeviationHtml({ ...sampleReport, deviations: [bareDeviation()] });

  assert.match(empty, /Every component is as upstream made it/);
  assert.match(bare, /Uncategorised/);
  assert.doesNotMatch(bare, /<details/);
  assert.doesNotMatch(empty + bare, /NaN|undefined|Infinity/);
});

test('a diff that is too long says how much is left out', () => {
  const deviation = sampleDeviation({ diff: '+x\n'.repeat(5000) });
  const long = formatDeviationHtml({ ...sampleReport, deviations: [deviation] });

  assert.equal(long.match(/class="added"/g)?.length, 1500);
  assert.match(long, /… 3,500 more lines/);
});

test('Chromium runs the script of the page and nothing that a spec smuggles in', { skip: noChromium }, async () => {
  const dom = await loadInChromium(page);

  assert.match(dom, />4 changes<\/output>/);
  assert.match(dom, /<title>Deviations of Slipway Linux 1.0 from upstream<\/title>/);
  assert.equal(dom.match(/<tbody/g)?.length, 4);
  assert.equal(dom.match(/<details/g)?.length, 4);
  assert.match(dom, /<th scope="col" data-sort="lines"><button type="button">Lines<\/button>/);
});

test('Chromium refuses scripts that the content policy does not name', { skip: noChromium }, async () => {
  const dom = await loadInChromium(page.replace('</body>', '<script>document.title = "broken"</script></body>'));

  assert.match(dom, /<title>Deviations of/);
});

test('Chromium sorts by a column and filters by text and chips', { skip: noChromium }, async () => {
  const dom = await loadInChromium(
    drive(`
      document.querySelector('[data-sort="lines"] button').click();
      document.querySelector('[data-group="status"][data-key="upstreamable"]').click();
      const filter = document.getElementById('filter');
      filter.value = 'BASH spec';
      filter.dispatchEvent(new Event('input'));
      document.getElementById('open').click();
    `),
  );
  const bodies = [...dom.matchAll(/<tbody data-position="(\d)"([^>]*)>/g)];

  assert.match(dom, />2 of 4 changes<\/output>/);
  assert.deepEqual(
    bodies.map(([, position]) => position).filter((position) => position !== '2'),
    ['3', '1', '0'],
  );
  assert.equal(bodies.filter(([, , rest]) => rest?.includes('hidden')).length, 2);
  assert.equal(dom.match(/<details open/g)?.length, 4);
  assert.match(dom, /data-sort="lines" aria-sort="descending"/);
});

/** The page without its content policy and with a script that uses it. */
function drive(script: string): string {
  const open = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  return open.replace('</body>', () => `<script>${script}</script></body>`);
}
