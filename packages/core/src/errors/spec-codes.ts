import type { ErrorArea } from './catalogue.ts';

export const specCodes = {
  SPEC_ARCHIVE_ENTRY: {
    kind: 'input',
    meaning: 'Overlays inside a source archive and the source-files entry that records the result do not go together.',
  },
  SPEC_ARCHIVE_LOOSE: {
    kind: 'input',
    meaning: 'A file overlay changes an archive as a whole that other overlays change inside.',
  },
  SPEC_ARCHIVE_MEMBER: {
    kind: 'unsupported',
    meaning: 'A source archive has a hard link, a device or a pipe, which overlays cannot pack again.',
  },
  SPEC_ARCHIVE_UNSAFE: {
    kind: 'integrity',
    meaning: 'A source archive has a name or a link that leaves it, or two different members of one name.',
  },
  SPEC_BAD_GLOB: { kind: 'input', meaning: 'A file pattern of an overlay is malformed.' },
  SPEC_BAD_REGEX: { kind: 'input', meaning: 'A regular expression of an overlay is not one that RE2 accepts.' },
  SPEC_CONDITIONAL: {
    kind: 'input',
    meaning: 'A section cannot be removed because an %if block reaches over its border or has no end.',
  },
  SPEC_FILE_EXISTS: { kind: 'input', meaning: 'An overlay would add or rename a file over an existing one.' },
  SPEC_LINE_TOO_LONG: { kind: 'input', meaning: 'A line of a spec has 65,536 bytes or more.' },
  SPEC_NO_FILE: { kind: 'input', meaning: 'The file pattern of an overlay does not name what the overlay needs.' },
  SPEC_NO_MATCH: { kind: 'input', meaning: 'A search-and-replace overlay or patch pattern changes nothing.' },
  SPEC_NO_OVERLAY: {
    kind: 'input',
    meaning: 'The component has no overlay with the number or text that was asked for.',
  },
  SPEC_NO_SECTION: { kind: 'input', meaning: 'The section or package that an overlay names is not in the spec.' },
  SPEC_NO_TAG: { kind: 'input', meaning: 'The tag that an overlay updates or removes is not in the spec.' },
  SPEC_OVERLAY_INVALID: { kind: 'input', meaning: 'An overlay lacks a field, or asks for what its type cannot do.' },
  SPEC_OVERLAY_NO_EFFECT: { kind: 'input', meaning: 'An overlay changes nothing any more and should be removed.' },
} as const satisfies ErrorArea;
