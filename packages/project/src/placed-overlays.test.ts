import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type LintFinding, loadLint } from '@slipway/spec';

const { lintOverlays } = await loadLint();

import { loadProject } from './load-project.ts';
import { placedOverlays, placedSourceFiles } from './placed-overlays.ts';
import { distro, projectDirectory } from './testing/project-directory.ts';

const shared = process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../../shared');
const azureLinux = join(shared, 'data/azl4');
const skip = existsSync(azureLinux) ? false : 'the Azure Linux 4.0 tree is not there';

/** Read by hand: all are so. Nothing else is found, above all nothing in the expressions. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'static-release': [
    'azurelinux-rpm-config',
    'mock-core-configs',
    'rust-dlwrap',
    'shim-unsigned-aarch64',
    'shim-unsigned-x64',
    'unicode-ucd',
  ],
  'prefer-patch-remove': ['firewalld'],
  'prefer-patch-add': ['rust-nix', 'rust-nix0.23', 'rust-nix0.28', 'rust-nix0.29', 'rust-nix0.30'],
};

test('the overlays of Azure Linux 4.0 have the findings that a person confirms', { skip }, async () => {
  const project = await loadProject(azureLinux);
  const found: Record<string, string[]> = {};
  for (const component of project.components.values()) {
    const overlays = placedOverlays(project, component).map((overlay) => ({ overlay }));
    const findings = lintOverlays({
      component: component.name,
      overlays,
      sourceExists: existsSync,
      mode: 'april-2026',
      releaseCalculation: component.release,
    });
    for (const finding of findings) {
      assert.ok(isPlaced(finding), `${component.name} ${finding.code}`);
      (found[finding.code] ??= []).push(component.name);
    }
  }
  const { 'missing-reason': missing = [], ...others } = found;
  assert.equal(missing.length, 38);
  assert.deepEqual(others, expected);
});

function isPlaced({ at }: LintFinding): boolean {
  return at?.file.endsWith('.toml') === true && at.line !== undefined;
}

test('source files have the place where they were written, also those that a component inherits', async (context) => {
  const directory = await projectDirectory(context, {
    'slipway.toml': `${distro}
[default-component-config]
source-files = [{ filename = "common" }]
[components.demo]
[[components.demo.source-files]]
filename = "own"
`,
  });
  const project = await loadProject(directory);
  const component = project.components.get('demo');
  const lines = readFileSync(join(directory, 'slipway.toml'), 'utf8').split('\n');
  const places = component === undefined ? [] : placedSourceFiles(project, component);

  assert.deepEqual(
    places.map(({ filename, at }) => [filename, lines[(at.line ?? 0) - 1]]),
    [
      ['common', 'source-files = [{ filename = "common" }]'],
      ['own', '[[components.demo.source-files]]'],
    ],
  );
});
