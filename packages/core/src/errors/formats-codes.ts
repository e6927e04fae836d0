import type { ErrorArea } from './catalogue.ts';

export const formatsCodes = {
  FORMATS_TRUNCATED: { kind: 'integrity', meaning: 'An archive or a compressed stream ends before it is complete.' },
  FORMATS_BAD_COMPRESSION: {
    kind: 'integrity',
    meaning: 'A compressed stream is damaged or is followed by other bytes.',
  },
  FORMATS_BAD_ARCHIVE: { kind: 'integrity', meaning: 'A tar, cpio or ar archive breaks the rules of its format.' },
  FORMATS_BAD_XML: { kind: 'integrity', meaning: 'An XML document is not well-formed.' },
  FORMATS_BAD_ELF: {
    kind: 'integrity',
    meaning: 'An ELF file points outside itself or breaks the rules of its format.',
  },
  FORMATS_UNSUPPORTED: { kind: 'unsupported', meaning: 'A format, or a feature of one, that Slipway does not read.' },
  FORMATS_XZ_MISSING: { kind: 'environment', meaning: 'The native xz library is not installed for this machine.' },
  FORMATS_SIZE_MISMATCH: {
    kind: 'integrity',
    meaning: 'The content of an archive member is longer or shorter than its declared size.',
  },
  FORMATS_NOT_WRITABLE: { kind: 'input', meaning: 'A value does not fit into the format that is written.' },
} as const satisfies ErrorArea;
