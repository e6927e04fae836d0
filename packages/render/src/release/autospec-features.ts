import type { SpecText } from '@slipway/spec';

/** Which of rpmautospec's macros a spec uses, and where; lines from 0 (rpmautospec_core, check_specfile_features). */
export interface AutospecFeatures {
  readonly autorelease: boolean;
  readonly autochangelog: boolean;
  /** Line of the header `%changelog`. */
  readonly changelogLine: number | undefined;
  /** First line that begins with `%autochangelog`. */
  readonly autochangelogLine: number | undefined;
  /** It has the block at the top already. */
  readonly processed: boolean;
}

/** Looks at the text only: a comment before `%changelog` that has `%autorelease` in it counts, as it does for rpmautospec. */
export function autospecFeatures({ text }: SpecText): AutospecFeatures {
  const lines = text.split('\n');
  const find = (matches: (line: string) => boolean) => {
    const index = lines.findIndex(matches);
    return index < 0 ? undefined : index;
  };
  const changelogLine = find((line) => /^%changelog(?:\s|$)/i.test(line));
  const autochangelogLine = find((line) => /^\s*%(?:autochangelog|\{\??autochangelog\})/.test(line));
  const head = lines.slice(0, changelogLine === undefined ? undefined : changelogLine + 1);
  return {
    autorelease: head.some(usesAutorelease),
    autochangelog: autochangelogLine !== undefined || changelogLine === undefined,
    changelogLine,
    autochangelogLine,
    processed: lines.some((line) => /^\s*%define\s+autorelease\s*\(/.test(line)),
  };
}

/** `%autorelease`, `%{autorelease …}` or `%{?autorelease}` anywhere in the text. */
export function usesAutorelease(text: string): boolean {
  const match = /%(?:autorelease(?:\s|$)|\{\??autorelease(?=[\s}]))/.exec(text);
  return match !== null && (!match[0].startsWith('%{') || text.includes('}', match.index));
}
