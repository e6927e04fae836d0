import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadImage, loadImageDefinition } from './image-definition.ts';
import { loadProject } from './load-project.ts';
import { failures, projectDirectory } from './testing/project-directory.ts';

const base = `
description = "what all images share"
packages = ["systemd", "openssh-server"]
exclude-docs = true
[disk]
esp-size = "64 MiB"
root-size = "2 GiB"
formats = ["raw"]
[services]
enable = ["sshd.service"]
[[files]]
path = "/etc/issue"
source = "issue.txt"
[[files]]
path = "/etc/motd"
content = "base"
`;

const server = `
description = "server"
base = "base"
packages = ["nginx"]
exclude-packages = ["openssh-server"]
exclude-docs = false
hostname = "server"
[kernel]
package = "linux-image-cloud-amd64"
cmdline = "console=ttyS0"
[disk]
free-space = "512 MiB"
formats = ["vhd"]
[users.admin]
uid = 1000
shell = "/bin/bash"
[[files]]
path = "/etc/motd"
content = "server"
mode = "0640"
[[links]]
path = "/etc/localtime"
target = "/usr/share/zoneinfo/UTC"
[[remove]]
path = "/usr/share/man/**"
reason = "no reader"
`;

const rootFile = `
[images.base]
definition = { type = "slipway", path = "images/base.toml" }
[images.server]
definition = { type = "slipway", path = "images/server.toml" }
[images.kiwi]
definition = { type = "kiwi", path = "x.kiwi" }
`;

test('an image extends its base', async (context) => {
  const directory = await projectDirectory(context, {
    'slipway.toml': rootFile,
    'images/base.toml': base,
    'images/server.toml': server,
  });
  const { definition, files, position, packagePosition } = await loadImage(await loadProject(directory), 'server');
  assert.deepEqual(definition, {
    description: 'server',
    packages: ['systemd', 'nginx'],
    excludePackages: ['openssh-server'],
    excludeDocs: false,
    hostname: 'server',
    kernel: { package: 'linux-image-cloud-amd64', cmdline: 'console=ttyS0' },
    disk: { espSize: 67108864, freeSpace: 536870912, formats: ['vhd'] },
    services: { enable: ['sshd.service'] },
    users: { admin: { uid: 1000, shell: '/bin/bash' } },
    files: [
      { path: '/etc/issue', source: join(directory, 'images/issue.txt') },
      { path: '/etc/motd', content: 'server', mode: 0o640 },
    ],
    links: [{ path: '/etc/localtime', target: '/usr/share/zoneinfo/UTC' }],
    remove: [{ path: '/usr/share/man/**', reason: 'no reader' }],
  });
  const [own, inherited] = files;
  assert.deepEqual(files, [join(directory, 'images/server.toml'), join(directory, 'images/base.toml')]);
  assert.deepEqual(packagePosition('nginx'), { file: own, line: 4, column: 13 });
  assert.deepEqual(packagePosition('systemd'), { file: inherited, line: 3, column: 13 });
  assert.deepEqual(position(['services', 'enable', 0]), { file: inherited, line: 10, column: 11 });
  assert.deepEqual(position(['kernel', 'package']), { file: own, line: 9, column: 1 });
});

test('an image alone is its definition', async (context) => {
  const directory = await projectDirectory(context, { 'a.toml': server });
  const { definition } = await loadImageDefinition(join(directory, 'a.toml'));
  assert.equal(definition.base, 'base');
  assert.deepEqual(definition.packages, ['nginx']);
});

describe('images that cannot be used', () => {
  const cases: readonly (readonly [string, string, string, RegExp])[] = [
    ['an unknown image', base, 'serve', /^PROJECT_UNKNOWN_NAME slipway\.toml .*\(did you mean "server"\?\)$/],
    ['a kiwi image', base, 'kiwi', /^PROJECT_BAD_VALUE slipway\.toml:6:9 .*not of type slipway/],
    [
      'a circle',
      `description = "x"\nbase = "server"`,
      'server',
      /^PROJECT_BAD_VALUE images\/base\.toml:2:8 .*server extends base extends server/,
    ],
    [
      'an unknown base',
      `description = "x"\nbase = "bsae"`,
      'server',
      /^PROJECT_UNKNOWN_NAME images\/base\.toml:2:8 .*did you mean "base"/,
    ],
  ];
  for (const [name, text, image, expected] of cases) {
    test(name, async (context) => {
      const directory = await projectDirectory(context, {
        'slipway.toml': rootFile,
        'images/base.toml': text,
        'images/server.toml': server,
      });
      const project = await loadProject(directory);
      const [found] = await failures(directory, () => loadImage(project, image));
      assert.match(found ?? 'accepted', expected);
    });
  }
});

describe('a mistake in a definition is reported with its place', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['an unknown key', 'package = ["a"]', /^PROJECT_UNKNOWN_KEY i\.toml:2:1 .*did you mean packages\?/],
    ['a size without a unit', '[disk]\nesp-size = "64"', /^PROJECT_BAD_VALUE i\.toml:3:12 .*must be a size/],
    [
      'two sizes',
      '[disk]\nroot-size = "1 GiB"\nfree-space = "1 GiB"',
      /^PROJECT_BAD_VALUE i\.toml:4:14 .*together with root-size/,
    ],
    ['a relative path', '[[files]]\npath = "etc/x"\ncontent = ""', /^PROJECT_BAD_VALUE i\.toml:3:8 .*absolute path/],
    [
      'a path with dots',
      '[[files]]\npath = "/etc/../x"\ncontent = ""',
      /^PROJECT_BAD_VALUE i\.toml:3:8 .*"\.\." parts/,
    ],
    [
      'a file without content',
      '[[files]]\npath = "/x"',
      /^PROJECT_BAD_VALUE i\.toml:2:3 .*exactly one of content and source/,
    ],
    [
      'a mode that is a number',
      '[[files]]\npath = "/x"\ncontent = ""\nmode = 644',
      /^PROJECT_BAD_VALUE i\.toml:5:8 .*expected a string, found 644/,
    ],
    ['a unit without suffix', '[services]\nenable = ["sshd"]', /^PROJECT_BAD_VALUE i\.toml:3:11 .*with its suffix/],
    ['an unknown format', '[disk]\nformats = ["vdh"]', /^PROJECT_BAD_VALUE i\.toml:3:12 .*did you mean "vhd"/],
    [
      'a removal without a reason',
      '[[remove]]\npath = "/x"',
      /^PROJECT_MISSING_KEY i\.toml:2:3 .*the key reason is missing/,
    ],
    [
      'a package that is wanted and excluded',
      'packages = ["a", "b"]\nexclude-packages = ["b"]',
      /^PROJECT_BAD_VALUE i\.toml:2:18 .*also in exclude-packages/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    test(name, async (context) => {
      const directory = await projectDirectory(context, { 'i.toml': `description = "x"\n${text}\n` });
      const [found] = await failures(directory, () => loadImageDefinition(join(directory, 'i.toml')));
      assert.match(found ?? 'accepted', expected);
    });
  }
});
