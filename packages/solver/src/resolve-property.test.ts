import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkResolution } from './check-resolution.ts';
import { buildPool } from './pool/build-pool.ts';
import type { SolverPackage } from './pool/solver-package.ts';
import type { SolverRequest, TransactionStep } from './request/request.ts';
import { resolve } from './resolve.ts';
import { sketch } from './testing/small-universe.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const name = fc.constantFrom(...names, 'virtual');
const comparison = fc.constantFrom('', ' >= 2', ' < 2', ' = 1-1', ' > 1', ' <= 2-1');
const plain = fc.tuple(name, comparison).map(([base, rest]) => `${base}${rest}`);
const rich = fc.oneof(
  fc.tuple(plain, fc.constantFrom('or', 'and', 'if', 'unless'), plain).map(([a, word, b]) => `(${a} ${word} ${b})`),
  fc.tuple(plain, plain, plain).map(([a, b, c]) => `(${a} if ${b} else ${c})`),
  fc.tuple(plain, plain, plain).map(([a, b, c]) => `(${a} unless ${b} else ${c})`),
  fc.tuple(plain, fc.constantFrom('with', 'without'), plain).map(([a, word, b]) => `(${a} ${word} ${b})`),
);
const relations = (arbitrary: fc.Arbitrary<string>, maxLength: number) => fc.array(arbitrary, { maxLength });
const details = fc.record({
  provides: relations(fc.constantFrom('virtual', 'virtual = 1', 'virtual = 2'), 1),
  requires: relations(fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: rich }), 3),
  conflicts: relations(fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: rich }), 1),
  obsoletes: relations(plain, 1),
  recommends: relations(fc.oneof(plain, rich), 2),
  supplements: relations(plain, 1),
});
const nevra = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom('1-1', '2-1', '3-1'), fc.constantFrom('x86_64', 'noarch', 'i686'))
  .map(([base, evr, arch]) => `${base}-${evr}.${arch}`);
const universe = fc
  .uniqueArray(nevra, { minLength: 1, maxLength: 8 })
  .chain((nevras) => fc.tuple(...nevras.map((one) => details.map((detail) => withoutSelf(sketch(one, detail))))));

/**
 * A boolean conflict that names the package itself means what its normal form makes of it (in libsolv too), which a
 * checker without normal forms cannot know.
 */
function withoutSelf(one: SolverPackage): SolverPackage {
  const own = new Set(one.provides.map((provided) => provided.name));
  const isAboutItself = (text: string) => text.startsWith('(') && text.split(/[ ()]+/).some((word) => own.has(word));
  return { ...one, conflicts: one.conflicts.filter((conflict) => !isAboutItself(conflict.name)) };
}

/** Some subset of the pool that is sound and meets every request, by trying all of them. */
function hasSolution(packages: readonly SolverPackage[], request: SolverRequest): boolean {
  const pool = buildPool(packages);
  for (let subset = 0; subset < 2 ** packages.length; subset++) {
    const chosen = packages.filter((_, at) => (subset & (1 << at)) !== 0);
    const meets = request.install.every((wanted) => chosen.some((one) => one.name === wanted));
    if (
      meets &&
      checkResolution(
        pool,
        chosen.map((one) => one.id),
        request,
      ).length === 0
    ) {
      return true;
    }
  }
  return false;
}

test('finds a sound set exactly when there is one', () => {
  fc.assert(
    fc.property(
      universe,
      fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      (packages, install, recommends) => {
        const known = install.filter((wanted) => packages.some((one) => one.name === wanted && one.arch !== 'i686'));
        const request = { architecture: 'x86_64', install: known, best: false, recommends } as const;
        const pool = buildPool(packages);
        const result = resolve(pool, request);
        if (result.outcome === 'solved') {
          const ids = result.packages.map((one) => one.package.id);
          assert.deepEqual(checkResolution(pool, ids, request), []);
          assert.ok(known.every((wanted) => result.packages.some((one) => one.package.name === wanted)));
          assert.ok(result.packages.every((one) => one.reasons.length > 0));
        } else {
          assert.ok(!hasSolution(packages, request), `a solution was missed: ${JSON.stringify(result.problems)}`);
          assert.ok(result.problems.every(({ chain, requests }) => chain.length > 0 && requests.length > 0));
        }
        assert.deepEqual(resolve(buildPool(packages), request), result, 'the answer depends on something else');
      },
    ),
    { numRuns: 400 },
  );
});

// an i686 package may bring in its 64-bit sibling, which nothing else asks for
test('with multilib allowed, what is chosen is sound too', () => {
  fc.assert(
    fc.property(universe, fc.constantFrom(...names), (packages, wanted) => {
      const request = { architecture: 'x86_64', install: [wanted], multilib: true, recommends: true } as const;
      const pool = buildPool(packages);
      const result = resolve(pool, request);
      if (result.outcome === 'solved') {
        assert.ok(result.packages.every((one) => one.reasons.length > 0));
        assert.deepEqual(
          checkResolution(
            pool,
            result.packages.map((one) => one.package.id),
            request,
          ),
          [],
        );
      }
    }),
    { numRuns: 300 },
  );
});

/** The same universe, some of it installed: one version of each name, as long as that is sound. */
function withInstalled(packages: readonly SolverPackage[], places: readonly number[]): SolverPackage[] {
  const installed: SolverPackage[] = [];
  for (const place of places) {
    const one = packages[place % packages.length] as SolverPackage;
    const candidate = { ...one, id: `${one.id}@System`, repository: 'System' };
    const all = [...installed, candidate];
    const options = { architecture: 'x86_64', multilib: true } as const;
    const ids = all.map(({ id }) => id);
    if (new Set(ids).size === ids.length && checkResolution(buildPool(all), ids, options).length === 0) {
      installed.push(candidate);
    }
  }
  return [...installed, ...packages];
}

const places = fc.array(fc.nat(20), { maxLength: 6 });
const operation = fc.constantFrom('install', 'upgrade', 'upgrade-all', 'synchronise-all', 'erase');

function requestFor(kind: string, name: string, pool: ReturnType<typeof buildPool>): Partial<SolverRequest> {
  const isInstalled = [...pool.named(pool.table.find(name))].some((one) => pool.repository(one).name === 'System');
  switch (kind) {
    case 'install':
      return { install: [name] };
    case 'upgrade':
      return { upgrade: isInstalled ? [name] : 'all' };
    case 'erase':
      return isInstalled ? { erase: [name], cleanUp: true } : {};
    default:
      return kind === 'upgrade-all' ? { upgrade: 'all' } : { synchronise: 'all' };
  }
}

test('installs, updates, synchronisations and erasures of an installed system end in a sound set', () => {
  fc.assert(
    fc.property(
      fc.tuple(universe, places, operation, fc.constantFrom(...names)),
      fc.record({ allowErasing: fc.boolean(), best: fc.boolean(), recommends: fc.boolean() }),
      ([packages, where, kind, wanted], flags) => {
        const pool = buildPool(withInstalled(packages, where));
        const hasInstalled = pool.repositories.some(({ name: one }) => one === 'System');
        const request: SolverRequest = {
          install: [],
          ...(hasInstalled ? { ...requestFor(kind, wanted, pool), installed: 'System' } : { install: [wanted] }),
          ...flags,
          architecture: 'x86_64',
          multilib: true,
        };
        const result = resolve(pool, request);
        if (result.outcome === 'unsolvable') {
          assert.ok(result.problems.every(({ chain }) => chain.length > 0));
          return;
        }
        const ids = result.packages.map((one) => one.package.id);
        assert.deepEqual(checkResolution(pool, ids, request), []);
        assert.ok(result.packages.every((one) => one.reasons.length > 0));
        assertLeadsTo(pool, result.transaction, ids);
      },
    ),
    { numRuns: 400 },
  );
});

/** What was installed, less what is erased, with what is installed, is the set. */
function assertLeadsTo(
  pool: ReturnType<typeof buildPool>,
  transaction: readonly TransactionStep[],
  ids: readonly string[],
): void {
  const there = new Set<string>();
  for (let number = 2; number < pool.end; number++) {
    if (pool.repository(number).name === 'System') {
      there.add(pool.id(number));
    }
  }
  for (const step of transaction) {
    if (step.action === 'erase') {
      assert.ok(there.delete(step.package.id), `${step.package.id} is erased but not there`);
    } else {
      assert.ok(!there.has(step.package.id));
      there.add(step.package.id);
    }
  }
  assert.deepEqual([...there].sort(), [...ids].sort());
}
