import type { ErrorArea } from './catalogue.ts';

export const coreCodes = {
  CORE_BUG: { kind: 'bug', meaning: 'Slipway broke one of its own rules.' },
  CORE_BUSY: { kind: 'environment', meaning: 'Another run works on the same output.' },
  CORE_CANCELLED: { kind: 'external', meaning: 'The run was interrupted; running it again continues.' },
  CORE_DISK_FULL: { kind: 'environment', meaning: 'A file system ran out of space or quota while writing.' },
  CORE_FILE_ACCESS: { kind: 'environment', meaning: 'A file could not be read or written.' },
  CORE_STORE_CORRUPT: {
    kind: 'integrity',
    meaning: 'A stored object no longer has the digest that names it.',
  },
  CORE_DIGEST_MISMATCH: { kind: 'integrity', meaning: 'Bytes do not have the digest they were announced with.' },
  CORE_TOOL_MISSING: { kind: 'environment', meaning: 'A program that this step needs is not installed.' },
  CORE_TOOL_FAILED: { kind: 'external', meaning: 'A program that was run ended with an error.' },
  CORE_LIMIT: { kind: 'input', meaning: 'An input is larger than Slipway accepts.' },
} as const satisfies ErrorArea;
