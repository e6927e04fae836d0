import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { html } from '../../html/safe-html.ts';
import { loadInChromium, noChromium } from '../../testing/chromium.ts';
import { bareDeviation, sampleChange, sampleDeviation, sampleReport } from '../../testing/sample-deviations.ts';
import { formatDeviationHtml } from './deviation-page.ts';

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
  const settings = sampleReport.settings.toReversed();

  assert.equal(formatDeviationHtml({ ...sampleReport, deviations, settings }), page);
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
  const empty = formatDeviationHtml({ ...sampleReport, componentsTotal: 0, deviations: [], settings: [] });
  const bare = formatDeviationHtml({ ...sampleReport, deviations: [bareDeviation()], settings: [] });

  assert.match(empty, /No component has an overlay/);
  assert.match(bare, /not measured/);
  assert.deepEqual(bare.match(/(?<=<th scope="col"[^>]*>)[^<]+/g), ['Component', 'What and why']);
  assert.doesNotMatch(bare, /<details/);
  assert.doesNotMatch(empty + bare, /NaN|undefined|Infinity/);
});

test('a diff that is too long says how much is left out', () => {
  const deviation = sampleDeviation({ measured: sampleChange({ diff: '+x\n'.repeat(5000) }) });
  const long = formatDeviationHtml({ ...sampleReport, deviations: [deviation] });

  assert.equal(long.match(/class="added"/g)?.length, 1500);
  assert.match(long, /… 3,500 more lines/);
});

test('settings have a table and a total of their own, one row for a declaration that many inherit', () => {
  const section = /<section id="settings">[^]*<\/section>/.exec(page)?.[0] ?? '';

  assert.equal(section.match(/<tbody/g)?.length, 2);
  assert.match(section, /<summary>2 components<\/summary>git, glib2<\/details>/);
  assert.match(section, /3 settings of 3 components \(declared in 2 places\) change how upstream is built/);
  assert.match(page, /by <strong>4 overlays<\/strong>\. <strong>3<\/strong> more are built with other settings/);
});

test('a comment is marked as one, and addresses in it are links', () => {
  const reason = 'Fixed (https://example.org/a?b=1). See javascript:alert(1)';
  const shown = formatDeviationHtml({
    ...sampleReport,
    deviations: [sampleDeviation({ reason, reasonIsComment: true })],
  });

  assert.match(
    shown,
    /<p class="reason comment"[^>]*><span class="unseen">Comment: <\/span>Fixed \(<a href="https:\/\/example\.org\/a\?b=1" rel="noreferrer noopener">https:\/\/example\.org\/a\?b=1<\/a>\)\. See javascript:alert\(1\)<\/p>/,
  );
});

test('the histogram has a bar for each period from the first to the last, bounded for a hostile history', () => {
  const at = (time: number) => sampleDeviation({ since: { time, author: 'A' } });
  const bars = (...times: readonly number[]) => {
    const shown = formatDeviationHtml({ ...sampleReport, deviations: times.map(at) });
    return [...shown.matchAll(/<title>(\d{4}[^:<]*): (\d+)<\/title>/g)].map(
      ([, period, count]) => `${period}: ${count}`,
    );
  };

  assert.deepEqual(bars(Date.UTC(2026, 0, 31) / 1000, Date.UTC(2026, 2, 1) / 1000), [
    '2026-01: 1',
    '2026-02: 0',
    '2026-03: 1',
  ]);
  assert.deepEqual(bars(0, Date.UTC(1980) / 1000).slice(0, 2), ['1970 Q1: 1', '1970 Q2: 0']);
  assert.equal(bars(-30_000_000_000, 250_000_000_000).length, 60);
});

test('Chromium runs the script of the page and nothing that a spec smuggles in', { skip: noChromium }, async () => {
  const dom = await loadInChromium(page);

  assert.match(dom, />4 overlays<\/output>/);
  assert.match(dom, /<title>Deviations of Slipway Linux 1.0 from upstream<\/title>/);
  assert.equal(dom.match(/<tbody[^>]*data-position/g)?.length, 6);
  assert.equal(dom.match(/<tbody[^>]*class="group"/g)?.length, 3);
  assert.equal(dom.match(/<tr[^>]*class="diff"/g)?.length, 4);
  assert.match(dom, /<th [^>]*data-sort="lines"><button type="button">Lines<\/button>/);
});

test('Chromium refuses scripts that the content policy does not name', { skip: noChromium }, async () => {
  const dom = await loadInChromium(page.replace('</body>', '<script>document.title = "broken"</script></body>'));

  assert.match(dom, /<title>Deviations of/);
});

test('Chromium sorts by a column and filters by text and chips', { skip: noChromium }, async () => {
  const dom = await loadInChromium(
    drive(`
      document.querySelector('[data-by=""]').click();
      document.querySelector('[data-sort="lines"] button').click();
      document.querySelector('[data-group="status"][data-key="upstreamable"]').click();
      const filter = document.getElementById('filter');
      filter.value = 'BASH spec';
      filter.dispatchEvent(new Event('input'));
      document.getElementById('open').click();
    `),
  );
  const overlays = dom.slice(0, dom.indexOf('<section id="settings"'));
  const bodies = [...overlays.matchAll(/<tbody ([^>]*)data-position="(\d)"([^>]*)>/g)];

  assert.match(dom, />2 of 4 overlays<\/output>/);
  assert.deepEqual(
    bodies.map(([, , position]) => position).filter((position) => position !== '2'),
    ['3', '1', '0'],
  );
  assert.equal(bodies.filter(([, , , rest]) => rest?.includes('hidden')).length, 2);
  assert.equal(overlays.match(/<details open/g)?.length, 4);
  assert.match(dom, /data-sort="lines" aria-sort="descending"/);
  assert.match(dom, /<section id="settings" hidden/);
});

test('Chromium groups by what is chosen, with a head that counts what the filter leaves', {
  skip: noChromium,
}, async () => {
  const dom = await loadInChromium(
    drive(`
      document.querySelector('[data-by="component"]').click();
      const filter = document.getElementById('filter');
      filter.value = 'bash.toml';
      filter.dispatchEvent(new Event('input'));
    `),
  );
  const heads = [
    ...dom.matchAll(
      /<tbody class="group"[^>]*?( hidden="")?><tr[^>]*><th[^>]*><span class="">([^<]*)<\/span><small>([^<]*)/g,
    ),
  ];

  assert.deepEqual(
    heads.map(([, hidden, name, count]) => [hidden === undefined, name?.slice(0, 4), count]),
    [
      [true, 'bash', '2 overlays'],
      [false, 'h&lt', '0 overlays'],
      [true, 'zlib', '1 overlay'],
    ],
  );
});

/** The page without its content policy and with a script that uses it. */
function drive(script: string): string {
  const open = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  return open.replace('</body>', () => `<script>${script}</script></body>`);
}
