import assert from 'node:assert/strict';
import { existsSync, realpathSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '@slipway/core';
import { armorSignature, generateSigningKey, type KeyAlgorithm, signCleartext, signDetached } from './index.ts';

const link = join(homedir(), '.cache/slipway/judge');
const missing = existsSync(link) ? false : 'the tree with gpg, sqv and rpm is not installed';
const created = 1_700_000_000;
const content = new Uint8Array(Buffer.from('<repomd/>\n'));

for (const algorithm of ['rsa4096', 'ed25519'] satisfies KeyAlgorithm[]) {
  test(`gpg, sqv and rpmkeys take ${algorithm} keys and signatures`, { skip: missing }, async () => {
    const judge = realpathSync(link);
    const directory = await mkdtemp(join(judge, 'tmp/slipway-trust-'));
    try {
      const key = await generateSigningKey({ userId: 'Slipway <slipway@example.org>', created, algorithm });
      const signature = await signDetached(key, content, { created });
      await writeFile(join(directory, 'repomd.xml'), content);
      await writeFile(join(directory, 'repomd.xml.asc'), await armorSignature(signature));
      await writeFile(join(directory, 'repomd.xml.sig'), signature);
      await writeFile(join(directory, 'InRelease'), await signCleartext(key, 'Origin: x\n- y\n', { created }));
      await writeFile(join(directory, 'key.asc'), key.publicKeyArmored);
      const script = [
        'set -e',
        `cd ${directory.slice(judge.length)}`,
        'mkdir -m 700 home; export GNUPGHOME=$PWD/home',
        'gpg --batch --quiet --import key.asc',
        'gpg --batch --status-fd 1 --verify repomd.xml.asc repomd.xml',
        'gpg --batch --status-fd 1 --verify repomd.xml.sig repomd.xml',
        'gpg --batch --status-fd 1 --verify InRelease',
        'gpgconf --kill all',
        'sqv --keyring key.asc repomd.xml.asc repomd.xml',
        'rpmkeys --root $PWD/home --import key.asc',
        'rpmkeys --root $PWD/home --list',
      ].join('\n');
      const result = await runProgram('chroot', [judge, 'sh', '-c', script]);
      assert.equal(result.status, 0, result.stderr + result.stdout.toString());
      const output = result.stdout.toString();
      assert.equal(output.split('[GNUPG:] VALIDSIG').length, 4, output);
      assert.match(output, new RegExp(`${key.fingerprint}.*Slipway`, 'i'));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
}

const spec = `Name: trusted
Version: 1
Release: 1
Summary: Signed by Slipway
License: MIT
BuildArch: noarch
%description
%files
`;

/** Lets rpmsign call a script instead of gpg: first to keep the header that it wants signed, then to give our packet. */
const signScript = `#!/bin/sh
cat "$1" > "\${0%/*}/header"
cp "\${0%/*}/signature" "$2"
`;

for (const algorithm of ['rsa4096', 'ed25519'] satisfies KeyAlgorithm[]) {
  test(`rpmkeys -K takes a package signed with an ${algorithm} key`, { skip: missing }, async () => {
    const judge = realpathSync(link);
    const directory = await mkdtemp(join(judge, 'tmp/slipway-trust-'));
    const inside = directory.slice(judge.length);
    const run = (script: string) => runProgram('chroot', [judge, 'sh', '-ec', `cd ${inside}\n${script}`]);
    const rpmsign = `rpmsign --define '__gpg_sign_cmd() ${inside}/sign %{1} %{2}' --define '_openpgp_sign_id x' --addsign trusted.rpm`;
    try {
      const key = await generateSigningKey({ userId: 'Slipway <slipway@example.org>', created, algorithm });
      await writeFile(join(directory, 'key.asc'), key.publicKeyArmored);
      await writeFile(join(directory, 'trusted.spec'), spec);
      await writeFile(join(directory, 'sign'), signScript, { mode: 0o755 });
      await run(
        `mkdir db; rpmbuild -bb --quiet --define "_topdir $PWD" trusted.spec; cp RPMS/noarch/*.rpm trusted.rpm`,
      );
      await run(`${rpmsign} || true`);
      const header = new Uint8Array(await readFile(join(directory, 'header')));
      await writeFile(join(directory, 'signature'), await signDetached(key, header, { created }));
      const verdict = await run(
        `${rpmsign}\nrpmkeys --dbpath $PWD/db --import key.asc\nrpmkeys --dbpath $PWD/db -Kv trusted.rpm`,
      );
      assert.equal(verdict.status, 0, verdict.stderr + verdict.stdout.toString());
      assert.match(verdict.stdout.toString(), new RegExp(`signature.*${key.fingerprint.slice(-16)}.*: OK`, 'i'));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
}
