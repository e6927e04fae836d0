import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import type { ConfigFile } from '../accounts.ts';
import { judgeFiles } from '../testing/judge-files.ts';
import { judgeDirectory, judgeProgramMissing, judgeWithProc } from '../testing/system-judge.ts';
import { parseCatalogSource } from './catalog-source.ts';
import { formatMessageCatalog } from './message-catalog.ts';

const skip = judgeProgramMissing('usr/bin/journalctl');
const vendorDirectory = '/usr/lib/systemd/catalog';
const id = 'f77379a8490b408bbe5f6940505a777b';
const otherId = '0027229CA0644181A76C4E92458AFA2E';

const english: ConfigFile = {
  path: `${vendorDirectory}/a.catalog`,
  text: `# comment\n\n-- ${id}\nSubject: one\nDefined-By: x\n\nBody\n; comment\n\n\nmore\n\n-- ${otherId} de\nSubject: zwei\n`,
};
const german: ConfigFile = { path: `${vendorDirectory}/b.de.catalog`, text: `-- ${otherId}\nSubject: drei\n\nText\n` };
const override: ConfigFile = { path: `${vendorDirectory}/z.catalog`, text: `\n-- ${id}\nSubject: two\n` };

test('a catalog file gives entries with their language', () => {
  assert.deepEqual(parseCatalogSource(english), [
    { id, language: '', text: 'Subject: one\nDefined-By: x\n\nBody\n\nmore\n' },
    { id: otherId.toLowerCase(), language: 'de', text: 'Subject: zwei\n' },
  ]);
  assert.equal(parseCatalogSource(german)[0]?.language, 'de');
});

test('a broken catalog is an error at its line', () => {
  const cases = [
    'text\n',
    `-- ${id}\n\n-- ${otherId}\nx\n`,
    `-- ${id}\n`,
    `-- ${id} x\ny\n`,
    `-- ${id} ${'x'.repeat(32)}\n`,
  ];
  for (const text of cases) {
    assert.throws(
      () => parseCatalogSource({ path: '/c.catalog', text }),
      (error) =>
        error instanceof SlipwayError && error.code === 'COMPOSE_BAD_CONFIG' && error.at?.file === '/c.catalog',
    );
  }
});

test('any text is a catalog or a SlipwayError', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom('', `-- ${id}`, `-- ${id} de`, 'Subject: x', '#', '\0'));
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      try {
        assert.ok(formatMessageCatalog([{ path: '/c.catalog', text: lines.join('\n') }]).length > 40);
      } catch (error) {
        assert.ok(error instanceof SlipwayError);
      }
    }),
  );
});

test("the bytes are those of journalctl for systemd's own catalogs", { skip }, (t) => {
  assertSameDatabase(t, judgeFiles(vendorDirectory, '.catalog'));
});

test('the bytes are those of journalctl where entries are combined', { skip }, (t) => {
  assertSameDatabase(t, [english, german, override]);
  const headless = { path: `${vendorDirectory}/zz.catalog`, text: `-- ${id}\n\nOnly a body\n` };
  assertSameDatabase(t, [english, headless, { ...override, path: `${vendorDirectory}/zzz.catalog` }]);
});

function assertSameDatabase(t: TestContext, files: readonly ConfigFile[]): void {
  assert.ok(files.length > 0);
  const directory = judgeDirectory(t);
  files.forEach(({ path, text }) => directory.put(path, text));
  const result = judgeWithProc('/usr/bin/journalctl', [`--root=${directory.inside}`, '--update-catalog']);
  assert.equal(result.status, 0, result.stderr);
  const expected = readFileSync(join(directory.outside, 'var/lib/systemd/catalog/database'));
  assert.ok(expected.equals(formatMessageCatalog(files)));
}
