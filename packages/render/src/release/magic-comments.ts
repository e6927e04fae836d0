/** What lines in brackets of a commit message ask for (rpmautospec, "Skipping changelog entries" and "One-off bumping"). */
export interface MagicComments {
  readonly skipChangelog: boolean;
  /** The release is at least this number; 0 when nothing is asked for. */
  readonly bumpRelease: number;
}

/** Reads `[skip changelog]` and `[bump release: 5]`, alone on their lines; several are separated by commas. */
export function parseMagicComments(message: string): MagicComments {
  const parts = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= 2 && line.startsWith('[') && line.endsWith(']'))
    .flatMap((line) => line.slice(1, -1).split(','));
  const bumps = parts.map((part) => Number(/^\s*bump\s+release\s*(?::\s*)?([0-9]{1,9})/.exec(part)?.[1] ?? 0));
  return {
    skipChangelog: parts.some((part) => /^\s*skip\s+changelog/.test(part)),
    bumpRelease: bumps.reduce((most, bump) => Math.max(most, bump), 0),
  };
}
