import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyOverlays, MemorySourceFiles, parseSpec, type SpecOverlay } from '@slipway/spec';
import { type RenderInput, renderSteps } from './render-steps.ts';

const spec = Buffer.from('Name: demo\nSource0: a\n%check\nmake test\n');

function input(more: Partial<RenderInput> = {}): RenderInput {
  return { component: 'demo', spec: parseSpec(spec), overlays: [], build: {}, tool: 'azldev', ...more };
}

async function rendered(steps: ReturnType<typeof renderSteps>): Promise<string> {
  const overlays = steps.flatMap((step) => step.overlays);
  const result = await applyOverlays({ spec, specName: 'demo.spec', files: new MemorySourceFiles() }, overlays);
  return result.spec.toString();
}

const userOverlay: SpecOverlay = { type: 'spec-prepend-lines', section: '%check', lines: ['# of the user'] };

test('the steps come in order: macros, the overlays of the user, check skip, header', async () => {
  const steps = renderSteps(
    input({ overlays: [userOverlay], build: { with: ['docs'], check: { skip: true, skipReason: 'no network' } } }),
  );
  assert.deepEqual(
    steps.map(({ kind }) => kind),
    ['macros-file', 'overlays', 'check-skip', 'file-header'],
  );
  assert.equal(steps[0]?.file?.path, 'demo.azl.macros');
  assert.equal(
    await rendered(steps),
    [
      '# This spec file has been modified by azldev to include build configuration overlays.',
      '# Do not edit manually; changes may be overwritten.',
      '',
      '# All Azure Linux specs with overlays include this macro file, irrespective of whether new macros have been added.',
      '%{load:%{_sourcedir}/demo.azl.macros}',
      '',
      'Name: demo',
      'Source0: a',
      'Source9999: demo.azl.macros',
      '%check',
      '# Check section disabled: no network',
      'exit 0',
      '',
      '# of the user',
      'make test',
      '',
    ].join('\n'),
  );
});

test('a component without settings still has the header, with the name of the program', async () => {
  const steps = renderSteps(input({ tool: 'slipway' }));
  assert.deepEqual(
    steps.map(({ kind }) => kind),
    ['file-header'],
  );
  assert.match(await rendered(steps), /^# This spec file has been modified by slipway to include/);
});

test('the reason for skipping %check stays a comment, whatever is in it', () => {
  const [step] = renderSteps(input({ build: { check: { skip: true, skipReason: 'fails\nrm -rf %{buildroot}\n' } } }));
  const [overlay] = step?.overlays ?? [];
  assert.ok(overlay?.type === 'spec-prepend-lines');
  assert.deepEqual(overlay.lines, ['# Check section disabled: fails', '# rm -rf %%{buildroot}', 'exit 0', '']);
});

test('the macros of the component win over the provenance of upstream', () => {
  const [step] = renderSteps(
    input({
      build: { defines: { fedora_upstream_version: 'mine' } },
      provenance: new Map([
        ['fedora_upstream_version', '1'],
        ['fedora_upstream_release', '2.fc43'],
      ]),
    }),
  );
  assert.match(step?.file?.text ?? '', /%fedora_upstream_release 2\.fc43\n%fedora_upstream_version mine\n$/);
});
