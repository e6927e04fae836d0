import type { Outcome, VerificationItem } from '@slipway/rpm';

const outcomes: Readonly<Record<string, Outcome>> = {
  OK: 'ok',
  BAD: 'bad',
  NOTFOUND: 'not-found',
  NOKEY: 'no-key',
  NOTTRUSTED: 'not-trusted',
};

/**
 * Signatures as rpmkeys judged them: which digests it asks for depends on them. Only digests are compared by those who
 * use this; OpenPGP signatures have a set of their own.
 */
export function recordedSignatures(lines: readonly string[]): VerificationItem[] {
  return lines.flatMap((line, index): VerificationItem[] => {
    const match = /^(Header|Legacy) (OpenPGP .*?): (OK|BAD|NOTFOUND|NOKEY|NOTTRUSTED)/.exec(line);
    if (match === null) {
      return [];
    }
    const [, range, , name = ''] = match;
    return [
      {
        kind: 'signature',
        covers: range === 'Header' ? 'header' : 'package',
        description: line.slice(0, line.lastIndexOf(`: ${name}`)),
        outcome: outcomes[name] ?? 'bad',
        keyAlgorithm: 0,
        hashAlgorithm: 0,
        id: lines.length - index,
        isInHeader: false,
        group: line,
      },
    ];
  });
}

export function isDigestLine(line: string): boolean {
  return / digest: [A-Z]+/.test(line);
}
