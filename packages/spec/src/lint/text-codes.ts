import type { LintRule } from './lint-codes.ts';

const description = 'Fix the build';

/** Findings in the text of one overlay, whatever the spec. */
export const textCodes = {
  'missing-reason': {
    severity: 'warning',
    meaning: 'An overlay has no description, no reason and no metadata.',
    why: 'A deviation that nobody can explain cannot be reviewed, sent upstream or removed.',
    example: { overlays: [{ type: 'spec-add-tag', tag: 'Requires', value: 'bash' }] },
  },
  'metadata-contradiction': {
    severity: 'warning',
    meaning: 'Category, upstream status and commits of an overlay cannot all be true.',
    why: 'The deviation report groups and counts by them.',
    example: {
      overlays: [
        {
          type: 'spec-set-tag',
          tag: 'Vendor',
          value: 'Demo',
          metadata: { category: 'branding-policy', upstreamStatus: 'upstreamed' },
        },
      ],
    },
  },
  'regex-invalid': {
    severity: 'error',
    meaning: 'A regular expression is not one that RE2 accepts.',
    why: 'The overlay cannot be applied.',
    example: { overlays: [{ type: 'spec-search-replace', regex: 'gtk(?=3)', replacement: 'gtk4', description }] },
  },
  'regex-never-matches': {
    severity: 'error',
    meaning: 'No line can match a regular expression: a $ or ^ is in its middle, or it needs a line end.',
    why: 'The overlay fails, whatever upstream writes. Lines are matched one by one, without their ends.',
    example: { overlays: [{ type: 'spec-search-replace', regex: 'rm -rf $RPM_BUILD_ROOT', description }] },
  },
  'regex-header': {
    severity: 'error',
    meaning: 'A regular expression looks for a section header.',
    why: 'Search-and-replace never sees the header lines, so that it cannot move or rename a section.',
    example: {
      overlays: [{ type: 'spec-search-replace', regex: '^%files devel', replacement: '%files', description }],
    },
  },
  'regex-unquoted': {
    severity: 'warning',
    meaning: 'A regular expression has { ? + ( [ or * where text of the spec is meant.',
    why: 'Those characters are operators there; the expression matches another text than it seems to, mostly none.',
    example: { overlays: [{ type: 'spec-search-replace', regex: '1%{?dist}', replacement: '2%{?dist}', description }] },
  },
  'regex-matches-empty': {
    severity: 'warning',
    meaning: 'A regular expression matches between any two characters.',
    why: 'The replacement is strewn over every line.',
    example: { overlays: [{ type: 'spec-search-replace', regex: '(-g)*', replacement: '-O2', description }] },
  },
  'replacement-reference': {
    severity: 'warning',
    meaning: 'A replacement refers to a group of the expression.',
    why: 'Replacements are literal: $1 and \\1 are written as they stand.',
    example: {
      overlays: [
        { type: 'spec-search-replace', regex: '^(BuildRequires:.*) yasm', replacement: '$1 nasm', description },
      ],
    },
  },
  'replacement-equal': {
    severity: 'error',
    meaning: 'A replacement is what the expression matches.',
    why: 'Nothing changes, and an overlay that changes nothing fails.',
    example: { overlays: [{ type: 'spec-search-replace', regex: 'gtk\\+3', replacement: 'gtk+3', description }] },
  },
  'section-unknown': {
    severity: 'error',
    meaning: 'A section has no name that overlays know.',
    why: 'The overlay finds nothing. Names have a percent sign; %verifyscript, %trigger and %sepolicy are not read as sections.',
    example: { overlays: [{ type: 'spec-append-lines', section: 'install', lines: ['true'], description }] },
  },
  'section-case': {
    severity: 'warning',
    meaning: 'A section is not written in lower case.',
    why: 'Headers are recognised in any case, but found only by the spelling that the spec has.',
    example: { overlays: [{ type: 'spec-append-lines', section: '%Build', lines: ['true'], description }] },
  },
  'section-without-package': {
    severity: 'error',
    meaning: 'A package is named for a section that belongs to none.',
    why: 'The overlay finds nothing.',
    example: {
      overlays: [{ type: 'spec-append-lines', section: '%changelog', package: 'devel', lines: ['- x'], description }],
    },
  },
  'blank-ends': {
    severity: 'error',
    meaning: 'A section, package, tag or value to find has blanks at its ends.',
    why: 'It is compared with text that has none, and never found.',
    example: { overlays: [{ type: 'spec-remove-tag', tag: 'Requires', value: 'bash ', description }] },
  },
  'tag-malformed': {
    severity: 'error',
    meaning: 'The name of a tag has a blank or a colon.',
    why: 'The line that it gives is no tag, or no tag is found by it.',
    example: { overlays: [{ type: 'spec-update-tag', tag: 'Version:', value: '2', description }] },
  },
  'package-base-name': {
    severity: 'note',
    meaning: 'A package selector begins with the name of the component.',
    why: 'Selectors are compared with what the header says: %package devel is "devel", not "demo-devel".',
    example: {
      overlays: [{ type: 'spec-add-tag', tag: 'Requires', value: 'bash', package: 'demo-devel', description }],
    },
  },
  'add-single-tag': {
    severity: 'warning',
    meaning: 'spec-add-tag adds a tag that a package can have once.',
    why: 'It does not look whether the tag is there; rpmbuild refuses the second one.',
    example: { overlays: [{ type: 'spec-add-tag', tag: 'Summary', value: 'A demo', description }] },
  },
  'tag-changes-all': {
    severity: 'warning',
    meaning: 'A tag that a package has many times is updated, or removed without a value.',
    why: 'All of them are changed alike: one dependency is left, or none.',
    example: { overlays: [{ type: 'spec-update-tag', tag: 'Requires', value: 'bash', description }] },
  },
  'static-release': {
    severity: 'warning',
    meaning: 'Release is set, while release calculation is not manual.',
    why: 'The calculation goes on counting from that value, so that the package gets another release.',
    example: {
      overlays: [{ type: 'spec-set-tag', tag: 'Release', value: '3%{?dist}', description }],
      releaseCalculation: 'auto',
    },
  },
  'source-missing': {
    severity: 'error',
    meaning: 'The file that an overlay brings along does not exist.',
    why: 'The component cannot be rendered.',
    example: { overlays: [{ type: 'patch-add', source: 'fix.patch', description }], sources: [] },
  },
  'file-is-spec': {
    severity: 'error',
    meaning: 'A file overlay names a spec.',
    why: 'File overlays pass over specs; the overlay fails.',
    example: {
      overlays: [{ type: 'file-search-replace', file: 'demo.spec', regex: 'a', replacement: 'b', description }],
    },
  },
} as const satisfies Record<string, LintRule>;
