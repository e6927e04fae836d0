import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { commentText } from './declaration.ts';
import { loadProject } from './load-project.ts';
import type { ConfigPath } from './project.ts';
import { distro, projectDirectory } from './testing/project-directory.ts';

const components = `
# Not about any overlay.

[components.less]

# Switches the pager
# to our colours.
#
# - and more
[[components.less.overlays]]
type = "spec-add-tag"
tag = "X"
value = """
y
"""

[components.less.overlays.metadata]
category = "azl-pruning"
upstream-status = "unknown"

[[components.less.overlays]] # beside
type = "spec-remove-tag"
tag = "Z"

# [[components.less.overlays]]
# type = "spec-remove-tag"
[[components.less.overlays]]
type = "spec-remove-tag"
tag = "W"

# Builds twice as fast
[components.less.build]
without = ["docs"]
# The tests need a network
check = { skip = true, skip_reason = "No network" }

[components.more]
overlays = [
  # inline
  { type = "spec-remove-tag",
    tag = "Q" },
]
`;

async function declared(context: TestContext, path: ConfigPath) {
  const directory = await projectDirectory(context, { 'azldev.toml': distro + components });
  const project = await loadProject(directory);
  const found = project.declaration(path);
  const offset = distro.split('\n').length - 1;
  return (
    found && [basename(found.file), found.firstLine - offset, found.lastLine - offset, found.comment].filter(Boolean)
  );
}

const expectations: readonly (readonly [ConfigPath, readonly (string | number)[] | undefined])[] = [
  [
    ['components', 'less', 'overlays', 0],
    ['azldev.toml', 10, 19, 'Switches the pager to our colours.\n- and more'],
  ],
  [
    ['components', 'less', 'overlays', 1],
    ['azldev.toml', 21, 23],
  ],
  [
    ['components', 'less', 'overlays', 2],
    ['azldev.toml', 27, 29],
  ],
  [
    ['components', 'less', 'build', 'without'],
    ['azldev.toml', 33, 33, 'Builds twice as fast'],
  ],
  [
    ['components', 'less', 'build', 'check', 'skip'],
    ['azldev.toml', 35, 35, 'The tests need a network'],
  ],
  [
    ['components', 'more', 'overlays', 0],
    ['azldev.toml', 40, 41, 'inline'],
  ],
  [['components', 'less', 'build', 'with'], undefined],
  [['components', 'nobody'], undefined],
  [[], undefined],
];

for (const [path, expected] of expectations) {
  test(`the lines of ${path.join('.') || 'nothing'} and the comment above them`, async (context) => {
    assert.deepEqual(await declared(context, path), expected);
  });
}

test('rules, directives and switched-off code are no explanation', () => {
  assert.equal(commentText(['----', ' SPDX-License-Identifier: MIT', ':schema x', '']), '');
  assert.equal(commentText([' Was:', ' overlays = []']), '');
  assert.equal(commentText([' a = b is what upstream does']), 'a = b is what upstream does');
});

test('any comment gives bounded text without line breaks of the editor', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }).map((line) => line.replaceAll('\n', ' '))), (lines) => {
      const text = commentText(lines);
      assert.ok(text.length <= 2001 && text.split('\n').length <= Math.max(1, lines.length));
      assert.ok(text.isWellFormed() || !lines.join('').isWellFormed());
    }),
  );
});

test('entries of a list without a line between them share the comment above the first', async (context) => {
  const files = {
    'azldev.toml': [
      '[components.less]',
      'overlays = [',
      '  # Moves the data',
      '  { type = "spec-remove-tag", tag = "A" },',
      '  { type = "spec-remove-tag", tag = "B" },',
      '',
      '  { type = "spec-remove-tag", tag = "C" },',
      ']',
    ].join('\n'),
  };
  const project = await loadProject(await projectDirectory(context, files), { permissive: true });
  const comments = [0, 1, 2].map((index) => project.declaration(['components', 'less', 'overlays', index])?.comment);

  assert.deepEqual(comments, ['Moves the data', 'Moves the data', undefined]);
});
