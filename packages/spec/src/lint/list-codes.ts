import type { LintRule } from './lint-codes.ts';

const description = 'Fix the build';

/** Findings in the overlays of a component together, whatever the spec. */
export const listCodes = {
  'duplicate-overlay': {
    severity: 'warning',
    meaning: 'Two overlays do the same.',
    why: 'The second adds its text again, or finds nothing and fails.',
    example: {
      overlays: [
        { type: 'spec-add-tag', tag: 'Requires', value: 'bash', description },
        { type: 'spec-add-tag', tag: 'Requires', value: 'bash', description },
      ],
    },
  },
  'tag-set-twice': {
    severity: 'warning',
    meaning: 'Two overlays write the same tag of the same package.',
    why: 'Only the later one has an effect, and the reason of the earlier one misleads.',
    example: {
      overlays: [
        { type: 'spec-set-tag', tag: 'Version', value: '1', description },
        { type: 'spec-set-tag', tag: 'Version', value: '2', description },
      ],
    },
  },
  'overlay-undone': {
    severity: 'warning',
    meaning: 'A later overlay undoes what an earlier one did.',
    why: 'One of the two is wrong, or both can go.',
    example: {
      overlays: [
        { type: 'spec-add-tag', tag: 'Requires', value: 'bash', description },
        { type: 'spec-remove-tag', tag: 'Requires', value: 'bash', description },
      ],
    },
  },
  'target-removed': {
    severity: 'error',
    meaning: 'An overlay changes a section or file that an earlier one removes.',
    why: 'It finds nothing and fails.',
    example: {
      overlays: [
        { type: 'spec-remove-section', section: '%check', description },
        { type: 'spec-append-lines', section: '%check', lines: ['true'], description },
      ],
    },
  },
  'lines-unbalanced': {
    severity: 'warning',
    meaning: 'Added lines open a conditional that nothing closes, or close one that they did not open.',
    why: 'The rest of the spec becomes conditional, or rpmbuild refuses it.',
    example: {
      overlays: [{ type: 'spec-prepend-lines', section: '%check', lines: ['%if 0', 'true'], description }],
    },
  },
  'prefer-set-tag': {
    severity: 'note',
    meaning: 'A tag is removed and added again.',
    why: 'One spec-set-tag does it, keeps the place of the tag, and does not fail when upstream drops it.',
    example: {
      overlays: [
        { type: 'spec-remove-tag', tag: 'URL', description },
        { type: 'spec-add-tag', tag: 'URL', value: 'https://example.org/', description },
      ],
    },
  },
  'prefer-patch-add': {
    severity: 'note',
    meaning: 'A patch is added as a file and a tag.',
    why: 'patch-add does both, finds a free number, and knows %patchlist.',
    example: {
      overlays: [
        { type: 'file-add', file: 'fix.patch', source: 'fix.patch', description },
        { type: 'spec-insert-tag', tag: 'Patch9999', value: 'fix.patch', description },
      ],
    },
  },
  'prefer-patch-remove': {
    severity: 'note',
    meaning: 'A patch is removed as a tag and a file.',
    why: 'patch-remove does both, and by the name: the number is another patch after the next change of upstream.',
    example: {
      overlays: [
        { type: 'spec-remove-tag', tag: 'Patch0', description },
        { type: 'file-remove', file: 'fedora-only.patch', description },
      ],
    },
  },
  'prefer-remove-subpackage': {
    severity: 'note',
    meaning: 'The sections of a subpackage are removed one by one.',
    why: 'spec-remove-subpackage removes all of them, also those that upstream adds later.',
    example: {
      overlays: [
        { type: 'spec-remove-section', section: '%package', package: 'xen', description },
        { type: 'spec-remove-section', section: '%files', package: 'xen', description },
      ],
    },
  },
  'glob-matches-nothing': {
    severity: 'error',
    meaning: 'A file pattern matches none of the source files.',
    why: 'The overlay fails.',
    example: { overlays: [{ type: 'file-remove', file: 'fedora*.patch', description }], files: ['demo.conf'] },
  },
  'archive-entry': {
    severity: 'error',
    meaning: 'Overlays inside an archive and the source-files of the component do not go together.',
    why: 'What the archive becomes must be written down once, with origin overlay, replace-upstream and its digest.',
    example: {
      overlays: [{ type: 'file-remove', archive: 'demo-1.0.tar.gz', file: 'bundled/**', description }],
      sourceFiles: [],
    },
  },
} as const satisfies Record<string, LintRule>;
