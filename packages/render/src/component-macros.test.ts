import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentMacros } from './component-macros.ts';

test('conditionals become macros, defines win over them, undefines delete, and the order is that of the names', () => {
  const macros = componentMacros({
    with: ['tests', 'docs'],
    without: ['gui'],
    defines: { zeta: '9', _with_docs: '0' },
    undefines: ['_without_gui', 'absent'],
  });

  assert.deepEqual(
    [...macros],
    [
      ['_with_docs', '0'],
      ['_with_tests', '1'],
      ['zeta', '9'],
    ],
  );
});

test('a component without settings has no macros', () => {
  assert.equal(componentMacros({}).size, 0);
});
