import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parsePublicKeys, verifyCleartext } from './index.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const lists = '/var/lib/apt/lists';
const releases = existsSync(lists)
  ? (await readdir(lists)).filter((name) => /debian.*_InRelease$/.test(name)).map((name) => `${lists}/${name}`)
  : [];
const skip = existsSync(keyring) && releases.length > 0 ? false : 'apt has no Debian archive keys or releases here';

test('the InRelease files of Debian verify with the keys of debian-archive-keyring', { skip }, async () => {
  const keys = await parsePublicKeys(await readFile(keyring));
  for (const path of releases) {
    const file = await readFile(path, 'utf8');
    const date = /^Date: (.*)$/m.exec(file)?.[1] as string;
    const { verdict, text } = await verifyCleartext(keys, file, { at: Date.parse(date) / 1000 + 3600 });
    assert.equal(verdict.status, 'good', `${path}: ${JSON.stringify(verdict)}`);
    assert.match(text ?? '', /^Origin: Debian\n/);
  }
});
