import type { LintRule } from './lint-codes.ts';

const description = 'Fix the build';

/** Findings in the spec that all overlays together give. */
export const resultCodes = {
  'patch-not-applied': {
    severity: 'error',
    meaning: 'A patch is added, and nothing in the spec applies it.',
    why: 'The package is built without it, and nothing says so.',
    example: {
      overlays: [{ type: 'patch-add', source: 'fix.patch', description }],
      spec: 'Name: demo\nPatch0: old.patch\n\n%prep\n%setup -q\n%patch -P 0 -p1\n',
    },
  },
  'patch-undeclared': {
    severity: 'error',
    meaning: 'The spec applies a patch that the overlays removed.',
    why: 'rpmbuild stops with "No patch number".',
    example: {
      overlays: [{ type: 'patch-remove', file: 'old.patch', description }],
      spec: 'Name: demo\nPatch0: old.patch\n\n%prep\n%setup -q\n%patch -P 0 -p1\n',
    },
  },
  'section-undeclared': {
    severity: 'error',
    meaning: 'The %package of a subpackage is removed, and other sections of it stay.',
    why: 'rpmbuild refuses sections of a package that does not exist.',
    example: {
      overlays: [{ type: 'spec-remove-section', section: '%package', package: 'doc', description }],
      spec: 'Name: demo\n\n%package doc\nSummary: x\n\n%files doc\n/x\n',
    },
  },
  'conditionals-unpaired': {
    severity: 'error',
    meaning: 'After an overlay, an %if has no %endif, or the other way round.',
    why: 'rpmbuild refuses the spec, or the rest of it becomes conditional.',
    example: {
      overlays: [{ type: 'spec-search-replace', regex: '^%if 0.*', replacement: '', description }],
      spec: 'Name: demo\n%if 0%{?rhel}\nEpoch: 1\n%endif\n',
    },
  },
  'macro-undefined': {
    severity: 'warning',
    meaning: 'The definition of a macro is removed, and the macro is still used.',
    why: 'rpm leaves the name of an undefined macro in the text as it stands.',
    example: {
      overlays: [{ type: 'spec-search-replace', regex: '^%global commit .*$', replacement: '', description }],
      spec: '%global commit abc\nName: demo\nVersion: 0^%{commit}\n',
    },
  },
  'file-undeclared': {
    severity: 'warning',
    meaning: 'A file is added to the sources, and no Source or Patch tag names it.',
    why: 'Rendering keeps only files that are named, and a build sees no others.',
    example: {
      overlays: [{ type: 'file-add', file: 'demo.conf', source: 'demo.conf', description }],
      spec: 'Name: demo\nSource0: demo.tar.gz\n',
    },
  },
} as const satisfies Record<string, LintRule>;
