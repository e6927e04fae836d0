import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sha256 } from '@slipway/core';
import { type ManifestEntry, type ManifestHeader, writeManifest } from '@slipway/tree';
import { slipway } from './fake-machine.ts';

const facts = { mode: 0o755, uid: 0, gid: 0, mtime: 1000 } as const;
const bash = { packages: ['bash-5.3-1.x86_64'] };

function entry(path: string, more: object = {}): ManifestEntry {
  return { ...facts, path, type: 'directory', from: bash, ...more } as ManifestEntry;
}

function file(path: string, text: string, more: object = {}): ManifestEntry {
  return entry(path, { type: 'file', size: text.length, sha256: sha256(text), ...more });
}

const wants = '/etc/systemd/system/multi-user.target.wants';
const entries: readonly ManifestEntry[] = [
  entry('/'),
  entry('/bin', { type: 'symlink', target: 'usr/bin' }),
  entry('/etc'),
  file('/etc/passwd', 'root', { from: { rule: 'accounts' }, replaced: [bash], adjusted: ['labels'] }),
  entry('/etc/systemd'),
  entry('/etc/systemd/system'),
  entry(wants),
  entry(`${wants}/ssh.service`, { type: 'symlink', target: '/usr/lib/ssh.service', from: { rule: 'labels' } }),
  entry('/usr'),
  entry('/usr/bin'),
  file('/usr/bin/bash', 'x'.repeat(2000), { capabilities: 'cap_chown=ep' }),
];

const header: Omit<ManifestHeader, 'entries'> = {
  image: 'tiny',
  time: 1000,
  packages: [{ name: 'bash', nevra: 'bash-5.3-1.x86_64' }],
  rules: [
    { name: 'accounts', meaning: 'users and groups' },
    { name: 'labels', meaning: 'labels of the policy' },
  ],
  users: [{ name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' }],
  groups: [{ name: 'root', gid: 0, members: [] }],
  scriptlets: [
    { package: 'bash', kind: 'post', sha256: sha256('ldconfig'), decision: 'emulated', reason: 'we write the cache' },
  ],
  removals: [{ glob: '/usr/doc/**', reason: 'nobody reads it', entries: [{ path: '/usr/doc/bash', from: bash }] }],
};

const resolution = {
  image: 'tiny',
  packages: [
    {
      ...{ name: 'bash', nevra: 'bash-5.3-1.x86_64', digest: 'a' },
      reasons: [{ text: 'required by base (bash)', by: 'b' }],
    },
    { ...{ name: 'base', nevra: 'base-1-1.noarch', digest: 'b' }, reasons: [{ text: 'requested as base' }] },
  ],
};

const project = `
[project]
description = "A small one"
output-dir = "out"

[images.tiny]
description = "The smallest image"
definition = { type = "slipway", path = "tiny.toml" }

[images.unbuilt]
definition = { type = "slipway", path = "tiny.toml" }
`;

function manifest(changed: readonly ManifestEntry[] = entries, more: Partial<ManifestHeader> = {}): Buffer {
  return Buffer.concat([...writeManifest({ ...header, entries: changed.length, ...more }, changed)]);
}

/** A project whose image tiny is built. */
async function built(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-image-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  const files: Record<string, string | Buffer> = {
    'slipway.toml': project,
    'tiny.toml': 'packages = ["bash"]\n\n[container]\n',
    'out/images/tiny/tiny.tree.jsonl': manifest(),
    'out/reports/packages/tiny.json': JSON.stringify(resolution),
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  return directory;
}

test('image tree shows sizes, counts and origins, the largest first', async (context) => {
  const directory = await built(context);
  const { stdout, status } = await slipway(['image', 'tree', 'tiny'], { directory });
  assert.equal(status, 0);
  assert.equal(
    stdout,
    `path                size    share  files  from
----------------  ------  -------  -----  -----------------------------
/                 2.0 kB  100.0 %      4  bash (99.8 %) and 2 more
  usr/            2.0 kB   99.8 %      1  bash
  etc/               4 B    0.2 %      2  accounts (100.0 %) and 2 more
  bin -> usr/bin     0 B    0.0 %         bash-5.3-1.x86_64

2.0 kB in 4 files of 1 package
`,
  );
});

test('image tree follows a link to a directory, and gives lists for programs', async (context) => {
  const directory = await built(context);
  const csv = await slipway(['image', 'tree', 'tiny', 'bin', '--format', 'csv'], { directory });
  assert.equal(
    csv.stdout,
    'path,type,bytes,files,from\n/usr/bin,directory,2000,1,bash-5.3-1.x86_64\n/usr/bin/bash,file,2000,1,bash-5.3-1.x86_64\n',
  );
  const json = await slipway(['image', 'tree', 'tiny', '/', '--depth', '0', '--json'], { directory });
  assert.equal(JSON.parse(json.stdout).entries[0].size, 2004);
});

test('image tree writes a map of the sizes', async (context) => {
  const directory = await built(context);
  const { stdout } = await slipway(['image', 'tree', 'tiny', '--format', 'html', '--output', 'map.html'], {
    directory,
  });
  assert.equal(stdout, 'The map of tiny is in map.html.\n');
  assert.match(await readFile(join(directory, 'map.html'), 'utf8'), /<title>Sizes in the image tiny<\/title>/);
});

test('image why tells the package behind a linked directory, and why the image has it', async (context) => {
  const directory = await built(context);
  const { stdout } = await slipway(['image', 'why', 'tiny', '/bin/bash'], { directory });
  assert.equal(
    stdout,
    `/usr/bin/bash (asked for as /bin/bash)
  file of 2.0 kB, mode 0755, root:root, cap_chown=ep, sha256 ${sha256('x'.repeat(2000)).slice(0, 16)}

It comes from the package bash-5.3-1.x86_64.
  bash: required by base (bash)
    base: requested as base
`,
  );
});

test('image why tells the rule, what it replaced and who changed the attributes', async (context) => {
  const directory = await built(context);
  const { stdout } = await slipway(['image', 'why', 'tiny', '/etc/passwd'], { directory });
  assert.match(stdout, /^It comes from the rule "accounts": users and groups\.$/m);
  assert.match(stdout, /^It replaced what the package bash-5\.3-1\.x86_64 put there\.$/m);
  assert.match(stdout, /^Its attributes are from the rule "labels": labels of the policy\.$/m);
});

test('image why knows what the image definition took out', async (context) => {
  const directory = await built(context);
  const { stdout } = await slipway(['image', 'why', 'tiny', '/usr/doc/bash'], { directory });
  assert.match(stdout, /is not in tiny: the image definition removes \/usr\/doc\/\*\*\.\n {2}why: nobody reads it/);
  assert.match(stdout, /It came from the package bash/);
});

test('a wrong path or image names what may have been meant', async (context) => {
  const directory = await built(context);
  const path = await slipway(['image', 'why', 'tiny', '/bin/bsah'], { directory });
  assert.match(path.stderr, /CLI_PATH_ABSENT[^]*did you mean \/usr\/bin\/bash\?/);
  const elsewhere = await slipway(['image', 'tree', 'tiny', 'bash'], { directory });
  assert.match(elsewhere.stderr, /CLI_PATH_ABSENT[^]*did you mean \/usr\/bin\/bash\?/);
  const image = await slipway(['image', 'tree', 'tny'], { directory });
  assert.match(image.stderr, /PROJECT_UNKNOWN_NAME[^]*did you mean tiny\?/);
  const unbuilt = await slipway(['image', 'why', 'unbuilt', '/'], { directory });
  assert.match(unbuilt.stderr, /CLI_NOT_BUILT[^]*run slipway build/);
  assert.deepEqual([path.status, elsewhere.status, image.status, unbuilt.status], [2, 2, 2, 2]);
});

test('a damaged manifest is named with its line', async (context) => {
  const directory = await built(context);
  const place = join(directory, 'out/images/tiny/tiny.tree.jsonl');
  await writeFile(place, manifest().subarray(0, -20));
  const { stderr, status } = await slipway(['image', 'tree', 'tiny'], { directory });
  assert.match(stderr, /TREE_BAD_MANIFEST[^]*tiny\.tree\.jsonl:12/);
  assert.equal(status, 2);
});

test('image scriptlets lists what became of each', async (context) => {
  const directory = await built(context);
  const { stdout } = await slipway(['image', 'scriptlets', 'tiny'], { directory });
  assert.match(stdout, /^bash +%post +emulated +we write the cache +[0-9a-f]{16}$/m);
  assert.match(stdout, /^1 scriptlet: 1 emulated$/m);
  const csv = await slipway(['image', 'scriptlets', 'tiny', '--format', 'csv'], { directory });
  assert.ok(csv.stdout.includes(sha256('ldconfig')));
});

test('image diff of an image with itself finds nothing', async (context) => {
  const directory = await built(context);
  const { stdout, status } = await slipway(['image', 'diff', 'tiny', './out/images/tiny'], { directory });
  assert.equal(stdout, 'Both images hold the same: 1 package, 4 files, 2.0 kB.\n');
  assert.equal(status, 0);
});

test('image diff tells what differs by its meaning, and ends with status 1', async (context) => {
  const directory = await built(context);
  const other = entries
    .filter(({ path }) => !path.startsWith('/etc/systemd'))
    .map((each) => (each.path === '/etc/passwd' ? file(each.path, 'longer', { uid: 7 }) : each))
    .map((each) => (each.path === '/usr' ? { ...each, mtime: 2000 } : each));
  const users = [{ name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/sh' }];
  const packages = [...header.packages, { name: 'zlib', nevra: 'zlib-1-1.x86_64' }];
  await writeFile(join(directory, 'other.tree.jsonl'), manifest(other, { users, packages }));
  const { stdout, status } = await slipway(['image', 'diff', 'tiny', 'other.tree.jsonl'], { directory });
  assert.equal(status, 1);
  assert.equal(
    stdout.slice(stdout.indexOf('Packages\n')),
    `Packages
  + zlib-1-1.x86_64

Units
  - ssh.service enabled: multi-user.target (wants)

Users
  ~ root: shell /bin/bash → /bin/sh

Files removed: 4
  - /etc/systemd/ with 3 below it

Files changed: 1
  ~ /etc/passwd: content, size 4 B → 6 B, owner root (0) → 7

1 path differs in time only; --all lists them.
`,
  );
  const all = await slipway(['image', 'diff', 'tiny', 'other.tree.jsonl', '--all'], { directory });
  assert.match(all.stdout, /~ \/usr: time 1970-01-01T00:16:40 → 1970-01-01T00:33:20/);
  const csv = await slipway(['image', 'diff', 'tiny', 'other.tree.jsonl', '--format', 'csv'], { directory });
  assert.match(csv.stdout, /^file,changed,\/etc\/passwd,owner,root \(0\),7$/m);
});

test('image diff wants a directory with one manifest', async (context) => {
  const directory = await built(context);
  const { stderr, status } = await slipway(['image', 'diff', './out', 'tiny'], { directory });
  assert.match(stderr, /CLI_NO_MANIFEST/);
  assert.equal(status, 2);
});
