import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { parseDependency } from '@slipway/rpm';
import fc from 'fast-check';
import { type Judge, judgeSkip, openJudge } from '../testing/judge.ts';
import { type ImportedSpec, importedSpec, type Provenance, selfProvides } from './imported-spec.ts';
import { readImportedSpec } from './read-imported-spec.ts';
import { fileFlags, type SpecFile } from './spec-file.ts';

const provenance: Provenance = {
  package: 'example 1.0%x-1 amd64',
  sha256: 'a'.repeat(64),
  source: 'example 1.0-1',
  scripts: ['postinst'],
  repairs: ['x (<< 1) as x < 1-0'],
};

const name = fc.stringMatching(/^[a-z0-9][a-z0-9+.-]{0,8}$/);
const line = fc.stringMatching(/^[A-Za-z%(#][ -~é]{0,30}[a-z%]$/);
const capability = name.map((text) => parseDependency(`${text} = 1^x-3`));
const plainDependency = fc.oneof(
  name.map((text) => ({ name: text })),
  name.map((text) => parseDependency(`${text} >= 2:1^x-3`)),
  fc.constant(parseDependency('(a >= 1-0 or deb-virtual(b) or c)')),
);
const dependency = fc.oneof(plainDependency, fc.constant({ ...parseDependency('sh'), pre: true }));
const component = fc.stringMatching(/^[a-z %*?{}[\]"\\é]{1,6}[a-z]$/);
const specFile: fc.Arbitrary<SpecFile> = fc.record(
  {
    path: fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`),
    isDirectory: fc.boolean(),
    mode: fc.option(fc.nat(0o7777), { nil: undefined }),
    user: fc.constantFrom('root', 'mail', '-'),
    group: fc.constantFrom('root', '_ssh'),
    flags: fc.subarray(fileFlags.map(([, bits]) => bits)).map((bits) => bits.reduce((all, bit) => all | bit, 0)),
    lang: fc.constantFrom('', 'de', 'pt_BR|pt'),
    caps: fc.constantFrom('', 'cap_net_raw=ep', 'cap_chown,cap_kill=eip'),
    device: fc.constantFrom(undefined, { type: 'c' as const, major: 1, minor: 3 }),
    line: fc.constant(0),
  },
  { noNullPrototype: true },
);
const imported: fc.Arbitrary<ImportedSpec> = fc
  .record(
    {
      name,
      evr: fc.record(
        { epoch: fc.nat(3), version: fc.constantFrom('1.0', '1^x'), release: fc.constantFrom('0', '1~b') },
        { noNullPrototype: true },
      ),
      arch: fc.constantFrom('noarch', 'x86_64'),
      summary: line,
      license: fc.constantFrom('MIT', '(A OR B) AND C'),
      url: fc.constantFrom('', 'https://example.org/%20'),
      vendor: fc.constantFrom('', 'Example'),
      packager: fc.constantFrom('', 'A B <a@example.org>'),
      group: fc.constantFrom('', 'libs'),
      description: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
      requires: fc.array(dependency, { maxLength: 3 }),
      own: fc.array(capability, { maxLength: 3 }),
      recommends: fc.array(plainDependency, { maxLength: 2 }),
      files: fc.array(specFile, { maxLength: 4 }),
      changelog: fc.constantFrom([], [{ time: 1_795_176_000, author: 'A <a@b> - 1', text: '- 100% new' }]),
    },
    { noNullPrototype: true },
  )
  .map(({ own, ...spec }) => ({
    ...spec,
    provides: [...selfProvides(spec), ...own],
    ...{ conflicts: [], obsoletes: [], suggests: [], supplements: [], enhances: [] },
  }));

test('what is written is read back', () => {
  fc.assert(
    fc.property(imported, (spec) => {
      const { excluded, ...back } = readImportedSpec(importedSpec(spec, provenance), 'x.spec');
      assert.deepEqual(excluded, []);
      assert.deepEqual({ ...back, files: back.files.map((file) => ({ ...file, line: 0 })) }, spec);
    }),
  );
});

test('any text is a spec or refused with a code', () => {
  const words = fc.constantFrom(
    'Name: x\n',
    '%files\n',
    '%',
    '%dir ',
    '%attr(',
    '/a',
    'Requires: ',
    '(',
    ')',
    '"',
    '%%',
    '>= ',
    '\n',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          readImportedSpec(text, 'x.spec');
        } catch (failure) {
          assert.ok(failure instanceof SlipwayError, String(failure));
        }
      },
    ),
  );
});

function refusal(text: string): { message: string; line: number | undefined } {
  try {
    readImportedSpec(text, 'x.spec');
  } catch (failure) {
    assert.ok(failure instanceof SlipwayError);
    assert.equal(failure.code, 'UPSTREAM_BAD_SPEC');
    return { message: failure.message, line: failure.at?.line };
  }
  throw new Error('it was read');
}

test('errors name the line', () => {
  assert.deepEqual(refusal('Name: x\nVersion: %{v}\n').line, 2);
  assert.match(refusal('Name: x\nVersion: %{v}\n').message, /the macro %\{v\}/);
  assert.deepEqual(refusal('Name: x\n\n%files\n/usr/*/x\n').line, 4);
  assert.deepEqual(refusal('Name: x\n%post\necho\n').line, 2);
  assert.deepEqual(refusal('Name: x\n%if 1\n').line, 2);
  assert.deepEqual(refusal('Name: x\nName: y\n').line, 2);
  assert.deepEqual(refusal('%files\n%attr(9, root, root) /x\n').line, 2);
});

test('the forms that overlays write are read', () => {
  const text = `Name: x
Version: 1
Release: 2
Summary: s
License: MIT
Requires: a, b >= 1  (c or d) e
Requires(pre,post): f
Source1: x.conf

%description
d

%files
%defattr(0640, root, adm, 0750)
%config(noreplace) /etc/x.conf
%dir /etc/x.d
%verify(not md5) %attr(600,root,root) "/etc/a b"
`;
  const spec = readImportedSpec(text, 'x.spec');
  assert.deepEqual(
    spec.requires.map(({ name: text }) => text),
    ['a', 'b', '(c or d)', 'e', 'f'],
  );
  assert.equal(spec.requires[4]?.pre, true);
  assert.deepEqual(
    spec.files.map(({ path, mode, group, flags, line: at }) => [path, mode, group, flags, at]),
    [
      ['/etc/x.conf', 0o640, 'adm', 17, 15],
      ['/etc/x.d', 0o750, 'adm', 0, 16],
      ['/etc/a b', 0o600, 'root', 0, 17],
    ],
  );
});

test('the real rpm parses what is written', { skip: judgeSkip }, async () => {
  const judge: Judge = await openJudge('spec');
  for (const [index, spec] of fc.sample(imported, { numRuns: 10, seed: 3 }).entries()) {
    await judge.write(`${index}.spec`, importedSpec({ ...spec, arch: 'x86_64' }, provenance));
    const output = await judge.run('rpmspec', [
      '-q',
      '--qf',
      '%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE} %{SUMMARY}\n',
      `${judge.inside}/${index}.spec`,
    ]);
    const { epoch, version, release } = spec.evr;
    assert.equal(output, `${spec.name} ${epoch}:${version}-${release} ${spec.summary}\n`);
  }
  await judge.close();
});
