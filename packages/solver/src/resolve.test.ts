import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildPool } from './pool/build-pool.ts';
import type { SolverPackage } from './pool/solver-package.ts';
import type { Problem, SolverRequest } from './request/request.ts';
import { resolve } from './resolve.ts';
import { sketch } from './testing/small-universe.ts';

type Options = Partial<SolverRequest>;

function idsOf(packages: readonly SolverPackage[], install: readonly string[], options: Options = {}): string[] {
  const result = resolve(buildPool(packages), { architecture: 'x86_64', install, ...options });
  assert.equal(result.outcome, 'solved', JSON.stringify(result));
  return result.outcome === 'solved' ? result.packages.map((one) => one.package.id) : [];
}

function problemsOf(packages: readonly SolverPackage[], install: readonly string[], options: Options = {}): Problem[] {
  const result = resolve(buildPool(packages), { architecture: 'x86_64', install, ...options });
  assert.equal(result.outcome, 'unsolvable');
  return result.outcome === 'unsolvable' ? [...result.problems] : [];
}

describe('what is chosen', () => {
  test('the newest version of a name and what it requires, sorted', () => {
    const packages = [
      sketch('b-1-1.x86_64'),
      sketch('a-1-1.x86_64'),
      sketch('a-2-1.x86_64', { requires: ['b', '/usr/bin/tool'] }),
      sketch('tools-1-1.noarch', { files: ['/usr/bin/tool'] }),
    ];
    assert.deepEqual(idsOf(packages, ['a']), ['a-2-1.x86_64', 'b-1-1.x86_64', 'tools-1-1.noarch']);
  });

  test('an unversioned provide satisfies every versioned requirement', () => {
    const packages = [
      sketch('a-1-1.x86_64', { requires: ['mta >= 7'] }),
      sketch('mail-1-1.x86_64', { provides: ['mta'] }),
    ];
    assert.deepEqual(idsOf(packages, ['a']), ['a-1-1.x86_64', 'mail-1-1.x86_64']);
  });

  test('a repository of better priority wins over a newer version', () => {
    const packages = [
      sketch('a-2-1.x86_64', { repository: 'base', priority: 99 }),
      sketch('a-1-1.x86_64', { repository: 'own', priority: 10 }),
    ];
    assert.deepEqual(idsOf(packages, ['a']), ['a-1-1.x86_64@own']);
  });

  test('obsoletes match names, not provides', () => {
    const packages = [
      sketch('new-1-1.x86_64', { obsoletes: ['old < 2', 'service'] }),
      sketch('old-1-1.x86_64', { provides: ['service'] }),
      sketch('other-1-1.x86_64', { provides: ['service'] }),
    ];
    assert.deepEqual(idsOf(packages, ['new', 'other']), ['new-1-1.x86_64', 'other-1-1.x86_64']);
    assert.match(problemsOf(packages, ['new', 'old'])[0]?.summary ?? '', /new-1-1.x86_64 obsoletes old < 2 \(old-1-1/);
  });

  test('a package does not conflict with what it provides itself', () => {
    const packages = [sketch('a-1-1.x86_64', { provides: ['mta'], conflicts: ['mta'] })];
    assert.deepEqual(idsOf(packages, ['a']), ['a-1-1.x86_64']);
  });

  test('rich relations are followed: or, if, with, without, unless', () => {
    const packages = [
      sketch('a-1-1.x86_64', { requires: ['(lang-de if x-desk else lang-en)', '(t >= 2 with t < 3)'] }),
      sketch('x-desk-1-1.x86_64'),
      sketch('lang-de-1-1.noarch'),
      sketch('lang-en-1-1.noarch'),
      sketch('t-1-1.noarch'),
      sketch('t-2-1.noarch'),
      sketch('t-3-1.noarch'),
      sketch('w-1-1.noarch', { requires: ['(t without t >= 2)'] }),
      sketch('u-1-1.noarch', { requires: ['(lang-de unless x-desk)'] }),
    ];
    assert.deepEqual(idsOf(packages, ['a']), ['a-1-1.x86_64', 'lang-en-1-1.noarch', 't-2-1.noarch']);
    assert.deepEqual(idsOf(packages, ['a', 'x-desk']).slice(1), [
      'lang-de-1-1.noarch',
      't-2-1.noarch',
      'x-desk-1-1.x86_64',
    ]);
    assert.deepEqual(idsOf(packages, ['w']), ['t-1-1.noarch', 'w-1-1.noarch']);
    assert.equal(problemsOf(packages, ['u', 'x-desk']).length, 1);
  });

  test('recommended and supplementing packages only when asked for, and only where they fit', () => {
    const packages = [
      sketch('a-1-1.x86_64', { recommends: ['extra', 'enemy'], conflicts: ['enemy'] }),
      sketch('extra-1-1.x86_64'),
      sketch('enemy-1-1.x86_64'),
      sketch('a-lang-1-1.noarch', { supplements: ['a'] }),
    ];
    assert.deepEqual(idsOf(packages, ['a']), ['a-1-1.x86_64']);
    assert.deepEqual(idsOf(packages, ['a'], { recommends: true }), [
      'a-1-1.x86_64',
      'a-lang-1-1.noarch',
      'extra-1-1.x86_64',
    ]);
  });

  test('only packages of the architecture, i686 beside them when multilib is allowed', () => {
    const packages = [sketch('a-1-1.i686'), sketch('a-1-1.x86_64'), sketch('b-1-1.aarch64')];
    assert.deepEqual(idsOf(packages, ['a']), ['a-1-1.x86_64']);
    assert.deepEqual(idsOf(packages, ['a', 'a.i686'], { multilib: true }), ['a-1-1.i686', 'a-1-1.x86_64']);
    assert.match(problemsOf(packages, ['b'])[0]?.summary ?? '', /it is for aarch64, not for x86_64/);
  });

  test('locks, exclusions and installed packages bind', () => {
    const packages = [sketch('a-1-1.x86_64'), sketch('a-2-1.x86_64'), sketch('c-1-1.x86_64', { requires: ['a'] })];
    const lock = [{ name: 'a', evr: { epoch: 0, version: '1', release: '1' }, arch: 'x86_64' }];
    assert.deepEqual(idsOf(packages, ['c'], { lock }), ['a-1-1.x86_64', 'c-1-1.x86_64']);
    assert.deepEqual(idsOf(packages, ['c'], { exclude: ['a-2-1.x86_64'] }), ['a-1-1.x86_64', 'c-1-1.x86_64']);
    const there = [sketch('a-1-1.x86_64', { repository: 'System' }), ...packages.slice(1)];
    assert.deepEqual(idsOf(there, ['c'], { installed: 'System' }), ['a-1-1.x86_64@System', 'c-1-1.x86_64']);
    assert.match(
      problemsOf(packages, ['c'], { exclude: ['a'] })[0]?.chain.join('\n') ?? '',
      /a-2-1.x86_64 cannot be chosen: the request excludes it/,
    );
  });

  test('requests are NEVRAs, names with architecture, relations, rich relations and paths', () => {
    const packages = [
      sketch('a-1-1.x86_64', { provides: ['config(a) = 1-1'] }),
      sketch('a-2-1.x86_64', { files: ['/usr/bin/a'], provides: ['config(a) = 2-1'] }),
    ];
    assert.deepEqual(idsOf(packages, ['a-1-1.x86_64']), ['a-1-1.x86_64']);
    for (const request of ['a.x86_64', 'a >= 2', 'config(a) > 1', '(nothing or a)', '/usr/bin/a']) {
      assert.deepEqual(idsOf(packages, [request]), ['a-2-1.x86_64'], request);
    }
  });

  test('install-only names may stand in several versions', () => {
    const packages = [sketch('kernel-1-1.x86_64'), sketch('kernel-2-1.x86_64')];
    const both = ['kernel-1-1.x86_64', 'kernel-2-1.x86_64'];
    assert.deepEqual(idsOf(packages, both, { installOnly: ['kernel'] }), both);
    assert.equal(problemsOf(packages, both).length, 1);
  });
});

describe('why', () => {
  test('every package has its reasons', () => {
    const packages = [sketch('a-1-1.x86_64', { requires: ['b >= 1'] }), sketch('b-1-1.x86_64')];
    const result = resolve(buildPool(packages), { architecture: 'x86_64', install: ['a'] });
    assert.ok(result.outcome === 'solved');
    assert.deepEqual(result.packages[0]?.reasons, [{ kind: 'requested', request: 'a' }]);
    const [reason] = result.packages[1]?.reasons ?? [];
    assert.ok(reason?.kind === 'required-by');
    assert.deepEqual([reason.package.id, reason.dependency], ['a-1-1.x86_64', 'b >= 1']);
  });

  test('a provider that is too old is named', () => {
    const packages = [sketch('a-1-1.x86_64', { requires: ['b >= 2'] }), sketch('b-1-1.x86_64')];
    const [problem] = problemsOf(packages, ['a'], { requester: 'image server' });
    assert.deepEqual(problem?.chain, [
      'image server asks for a',
      'a-1-1.x86_64 requires b >= 2, which nothing provides; the only provider b-1-1.x86_64 is older',
    ]);
  });

  test('a misspelt name gets suggestions', () => {
    const [problem] = problemsOf([sketch('openssh-1-1.x86_64')], ['opensh']);
    assert.equal(
      problem?.summary,
      'the request asks for opensh, which no package is called or provides; near names: openssh',
    );
  });

  test('a conflict is told from both sides, and independent problems one by one', () => {
    const packages = [
      sketch('a-1-1.x86_64', { requires: ['c'] }),
      sketch('b-1-1.x86_64', { requires: ['d'] }),
      sketch('c-1-1.x86_64', { conflicts: ['d'] }),
      sketch('d-1-1.x86_64'),
      sketch('e-1-1.x86_64', { requires: ['missing'] }),
    ];
    const problems = problemsOf(packages, ['a', 'b', 'e']);
    assert.equal(problems.length, 2);
    const conflict = problems.find((problem) => problem.requests.length === 2);
    assert.deepEqual(conflict?.requests, ['a', 'b']);
    assert.equal(conflict?.chain.at(-1), 'c-1-1.x86_64 conflicts with d (d-1-1.x86_64)');
  });

  test('the best version decides when best is wanted, an older one serves when not', () => {
    const packages = [sketch('a-1-1.x86_64'), sketch('a-2-1.x86_64', { requires: ['missing'] })];
    assert.match(problemsOf(packages, ['a'])[0]?.summary ?? '', /the best version of a is a-2-1.x86_64/);
    assert.deepEqual(idsOf(packages, ['a'], { best: false }), ['a-1-1.x86_64']);
  });
});
