import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { formatEvr } from '../evr.ts';
import { formatDependency } from '../format-dependency.ts';
import type { Dependency } from '../package-metadata.ts';
import { sense } from '../sense.ts';
import { databaseSpecs } from '../testing/database-specs.ts';
import { Judge, noJudge } from '../testing/judge.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { ignoredWhenInstalled } from './ignored-when-installed.ts';
import { type InstalledSolvable, loadInstalledRoot } from './load-installed-root.ts';

const noData = existsSync(rpmData) ? false : 'the shared RPM data is not there';

const kinds = [
  'provides',
  'requires',
  'conflicts',
  'obsoletes',
  'recommends',
  'suggests',
  'supplements',
  'enhances',
] as const;

/** libsolv prints rich relations in a way of its own, and the features of rpm are left out here. */
function isPlain(text: string): boolean {
  return !text.startsWith('(') && !text.startsWith('rpmlib(') && !/ [&|+-] | (IF|UNLESS|WITH|WITHOUT|ELSE) /.test(text);
}

function relationsOf(dependencies: readonly Dependency[]): string[] {
  return dependencies.map(formatDependency).filter(isPlain).sort();
}

function describe(solvable: InstalledSolvable): Record<string, unknown> {
  const { name, evr, arch, vendor, buildTime, installTime, installedSizeBytes, files } = solvable;
  return {
    name,
    evr: formatEvr(evr),
    arch,
    vendor,
    buildtime: String(buildTime),
    installtime: String(installTime),
    installsize: String(installedSizeBytes),
    filelist: [...files].sort(),
    prereq_ignoreinst: relationsOf(solvable.ignoredWhenInstalled),
    ...Object.fromEntries(kinds.map((kind) => [kind, relationsOf(solvable[kind])])),
  };
}

function withoutMarked(provides: readonly string[]): string[] {
  const marker = provides.indexOf('solvable:filemarker');
  return marker < 0 ? [...provides] : provides.slice(0, marker);
}

/** The solvables in what `dumpsolv` prints, by the number of the package in the database. */
function parseDump(text: string): Map<string, Record<string, unknown>> {
  const solvables = text.split(/^solvable \d+ \(\d+\):$/m).slice(1);
  return new Map(
    solvables.map((block) => {
      const values = new Map<string, string>();
      const lists = new Map<string, string[]>();
      let key = '';
      for (const line of block.split('\n')) {
        const match = /^(?:solvable|rpm):(\w+): ?(.*)$/.exec(line);
        if (match !== null) {
          key = match[1] ?? '';
          values.set(key, match[2] ?? '');
          lists.set(key, []);
        } else if (line.startsWith('  ') && line.trim() !== 'solvable:prereqmarker') {
          lists.get(key)?.push(line.slice(2).replace(/ (<|>)\1 /, ' $1 ')); // Debian's words for < and >
        }
      }
      // behind the marker are paths that rpmdb2solv adds because something requires them
      const list = (name: string) =>
        withoutMarked(lists.get(name) ?? [])
          .filter(isPlain)
          .sort();
      const text = (name: string, missing: string) => values.get(name) ?? missing;
      return [
        text('dbid', ''),
        {
          name: text('name', ''),
          evr: text('evr', ''),
          arch: text('arch', ''),
          vendor: text('vendor', ''),
          buildtime: text('buildtime', '0'),
          installtime: text('installtime', '0'),
          installsize: text('installsize', '0'),
          filelist: (lists.get('filelist') ?? []).sort(),
          prereq_ignoreinst: list('prereq_ignoreinst'),
          ...Object.fromEntries(kinds.map((kind) => [kind, list(kind)])),
        },
      ];
    }),
  );
}

async function assertAsLibsolv(judge: Judge, root: string): Promise<number> {
  const inside = `/tmp/${basename(judge.directory)}`;
  const { stdout } = await judge.run(`rpmdb2solv -r ${inside}/root > system.solv && dumpsolv system.solv`);
  const theirs = parseDump(stdout);
  const ours = new Map(loadInstalledRoot(root)?.packages.map((each) => [each.id.split(':')[1] ?? '', describe(each)]));
  assert.deepEqual([...ours.keys()].sort(), [...theirs.keys()].sort());
  for (const [id, solvable] of ours) {
    assert.deepEqual(solvable, theirs.get(id));
  }
  return ours.size;
}

test('libsolv reads the same solvables from the same root', { skip: noData || noJudge }, async () => {
  for (const name of ['cbl-mariner-2.0', 'rpm-testsuite']) {
    const judge = await Judge.open();
    try {
      const root = join(judge.directory, 'root');
      mkdirSync(join(root, 'var/lib/rpm'), { recursive: true });
      writeFileSync(join(root, 'var/lib/rpm/rpmdb.sqlite'), readFileSync(join(rpmData, 'rpmdb', name, 'rpmdb.sqlite')));
      assert.ok((await assertAsLibsolv(judge, root)) > 1);
    } finally {
      await judge.close();
    }
  }
});

test('libsolv ignores the same prerequisites of installed packages', { skip: noJudge }, async () => {
  const judge = await Judge.open();
  try {
    const inside = `/tmp/${basename(judge.directory)}`;
    writeFileSync(join(judge.directory, 'everything.spec'), databaseSpecs.everything ?? '');
    const defines = [`_topdir ${inside}/top`, `_rpmdir ${inside}`, '_build_name_fmt %%{NAME}.rpm'];
    const flags = defines.map((define) => `--define '${define}'`).join(' ');
    const built = await judge.run(`rpmbuild -bb --quiet --nodeps ${flags} everything.spec`);
    assert.equal(built.status, 0, built.stderr);
    await judge.run(`rpm --root ${inside}/root -i --justdb --nodeps --noscripts everything.rpm`);
    assert.equal(await assertAsLibsolv(judge, join(judge.directory, 'root')), 1);
    const [everything] = loadInstalledRoot(join(judge.directory, 'root'))?.packages ?? [];
    const ignored = relationsOf(everything?.ignoredWhenInstalled ?? []);
    assert.ok(ignored.includes('only-pre') && !ignored.includes('pre-and-postun'), ignored.join(' '));
  } finally {
    await judge.close();
  }
});

test('a prerequisite that also counts for erasing counts', () => {
  const requires = [
    { name: 'a', senseBits: sense.scriptPre },
    { name: 'b', senseBits: sense.scriptPost },
    { name: 'b', senseBits: sense.scriptPostun },
    { name: 'c', senseBits: sense.prereq },
    { name: 'd', senseBits: 0 },
    { name: 'a', senseBits: sense.scriptPost },
  ];
  assert.deepEqual(
    ignoredWhenInstalled(requires).map(({ name }) => name),
    ['a'],
  );
});
