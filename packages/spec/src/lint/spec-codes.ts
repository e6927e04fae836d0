import type { LintRule } from './lint-codes.ts';
import { resultCodes } from './result-codes.ts';

const description = 'Fix the build';

/** Findings in what an overlay does to the spec, or cannot do. */
const stepCodes = {
  'spec-unreadable': {
    severity: 'error',
    meaning: 'The spec cannot be read.',
    why: 'No overlay can be applied to it.',
    example: { overlays: [{ type: 'spec-remove-tag', tag: 'URL', description }], spec: 'a long line ', times: 6_000 },
  },
  'spec-not-checked': {
    severity: 'note',
    meaning: 'The spec is too large for so many overlays, or becomes too large, to be tried.',
    why: 'Lint takes bounded time; what it says of the spec holds for the overlays before this one.',
    example: {
      overlays: [{ type: 'spec-search-replace', regex: '^', replacement: '# '.repeat(20), description }],
      spec: 'Name: demo\n',
      times: 1_000_000,
    },
  },
  'overlay-fails': {
    severity: 'error',
    meaning: 'An overlay cannot be applied to the spec.',
    why: 'The component cannot be rendered.',
    example: {
      overlays: [{ type: 'spec-remove-tag', tag: 'Requires', value: 'flatpak', description }],
      spec: 'Name: demo\nRequires: flatpak-libs\n',
    },
  },
  'no-effect': {
    severity: 'warning',
    meaning: 'An overlay leaves the spec as it is.',
    why: 'A deviation that is none hides the real ones; upstream has probably made the change.',
    example: {
      overlays: [{ type: 'spec-set-tag', tag: 'Epoch', value: '1', description }],
      spec: 'Name: demo\nEpoch: 1\n',
    },
  },
  'package-spelling': {
    severity: 'error',
    meaning: 'A package is written in another form than in the headers of the spec.',
    why: 'Selectors are compared letter by letter: devel, %{name}-devel and demo-devel are three packages to them.',
    example: {
      overlays: [{ type: 'spec-add-tag', tag: 'Requires', value: 'bash', package: 'demo-devel', description }],
      spec: 'Name: demo\n\n%package devel\nSummary: Headers\n',
    },
  },
  'section-generated': {
    severity: 'error',
    meaning: 'A section is missing, and the spec has macros that make sections.',
    why: 'Overlays see the text as it is written; what a macro expands to cannot be addressed.',
    example: {
      overlays: [
        { type: 'spec-append-lines', section: '%files', package: '-n golang-demo-devel', lines: ['/x'], description },
      ],
      spec: 'Name: demo\n\n%gopkg\n\n%files\n/usr/bin/demo\n',
    },
  },
  'matches-more': {
    severity: 'warning',
    meaning: 'Search-and-replace changes lines in a section or package of which the description says nothing.',
    why: 'Without a package, all packages of a section are searched; without a section, the whole spec is.',
    example: {
      overlays: [
        {
          type: 'spec-search-replace',
          regex: 'redhat-linux-build',
          replacement: '%{_vpath_builddir}',
          description: 'Use the build directory in %check',
        },
      ],
      spec: 'Name: demo\n\n%build\ncd redhat-linux-build\n\n%check\ncd redhat-linux-build\n',
    },
  },
  'replacement-present': {
    severity: 'warning',
    meaning: 'A line has the replacement already and gets it again.',
    why: 'Upstream has made the change; the text comes out twice.',
    example: {
      overlays: [{ type: 'spec-search-replace', regex: '%configure', replacement: '%configure --with-x', description }],
      spec: 'Name: demo\n\n%build\n%configure --with-x\n',
    },
  },
  'lands-in-conditional': {
    severity: 'warning',
    meaning: 'Text is put at the end of a section, inside an %if that begins there and reaches into the next section.',
    why: 'A section ends where the next header is, so that the %if around that header belongs to it: the text is only there when the condition holds.',
    example: {
      overlays: [{ type: 'spec-append-lines', section: '%install', lines: ['rm demo'], description }],
      spec: 'Name: demo\n\n%install\nmake install\n\n%if 0%{?with_doc}\n%files doc\n/usr/share/doc\n%endif\n',
    },
  },
  'lands-after-conditional': {
    severity: 'warning',
    meaning: 'Text is put at the end of a section that is inside an %if, after its %endif.',
    why: 'When the condition does not hold, the section is not there and the text belongs to the one before.',
    example: {
      overlays: [
        { type: 'spec-append-lines', section: '%files', package: 'doc', lines: ['/usr/share/demo'], description },
      ],
      spec: 'Name: demo\n\n%files\n/usr/bin/demo\n\n%if 0%{?with_doc}\n%files doc\n/usr/share/doc\n%endif\n',
    },
  },
  'lands-in-changelog': {
    severity: 'warning',
    meaning: 'Lines without a section are put after the change log.',
    why: 'They are text of the last entry, or rpmbuild refuses them.',
    example: {
      overlays: [{ type: 'spec-append-lines', lines: ['Requires: bash'], description }],
      spec: 'Name: demo\n\n%changelog\n* Thu Jan 01 2026 A Person <a@example.org> - 1-1\n- First\n',
    },
  },
  'changes-all-branches': {
    severity: 'warning',
    meaning: 'A tag has different values in different branches, and all become the same.',
    why: 'Tag overlays see every branch of every conditional; the condition has no effect any more.',
    example: {
      overlays: [{ type: 'spec-update-tag', tag: 'Release', value: '2', description }],
      spec: '%if 0%{?rhel}\nRelease: 1.el\n%else\nRelease: 1\n%endif\n',
    },
  },
  'tag-duplicated': {
    severity: 'warning',
    meaning: 'An added tag is there already.',
    why: 'spec-add-tag and spec-insert-tag do not look: the tag is there twice, and rpmbuild may refuse it.',
    example: {
      overlays: [{ type: 'spec-add-tag', tag: 'BuildRequires', value: 'gcc', description }],
      spec: 'Name: demo\nBuildRequires: gcc\n',
    },
  },
  'two-spellings': {
    severity: 'warning',
    meaning: 'A package has sections under two spellings, and an overlay addresses one of them.',
    why: 'The other sections stay as they are, without a word.',
    example: {
      overlays: [{ type: 'spec-remove-subpackage', package: 'devel', description }],
      spec: 'Name: demo\n\n%package devel\nSummary: x\n\n%description -n %{name}-devel\nx\n\n%files devel\n/x\n',
    },
  },
  'phantom-section': {
    severity: 'warning',
    meaning: 'A header or tag that an overlay goes by is text in a here-document or in the body of a macro.',
    why: 'Overlays take every such line for a section or tag; rpm does not.',
    example: {
      overlays: [{ type: 'spec-append-lines', section: '%install', lines: ['rm demo'], description }],
      spec: 'Name: demo\n\n%install\ncat > x.spec <<EOF\n%files\n/x\nEOF\nmake install\n',
    },
  },
  'breaks-continuation': {
    severity: 'error',
    meaning: 'A line that is continued with a backslash is removed, or something is put after it.',
    why: 'The rest of the command or value stays behind as a line of its own.',
    example: {
      overlays: [{ type: 'spec-set-tag', tag: 'Requires', value: 'bash', description }],
      spec: 'Name: demo\nRequires: zsh \\\n  dash\n',
    },
  },
  'empty-conditional': {
    severity: 'note',
    meaning: 'The removal of a section leaves an %if with nothing inside.',
    why: 'It does no harm, and reads as if something had been forgotten.',
    example: {
      overlays: [{ type: 'spec-remove-section', section: '%check', description }],
      spec: 'Name: demo\n\n%build\nmake\n\n%if 0%{?with_check}\n%check\nmake check\n%endif\n\n%files\n/x\n',
    },
  },
} as const satisfies Record<string, LintRule>;

export const specCodes = { ...stepCodes, ...resultCodes } as const;
