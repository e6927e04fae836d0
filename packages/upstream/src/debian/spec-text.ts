import { SlipwayError, type SourcePosition } from '@slipway/core';

/** `%%` is a percent sign; every other macro would need an rpmbuild to expand it. Throws `UPSTREAM_BAD_SPEC`. */
export function unescapeMacros(text: string, at: SourcePosition): string {
  const macro = /(?:^|[^%])(?:%%)*(%(?!%)\S*)/.exec(text)?.[1];
  if (macro !== undefined) {
    throw new SlipwayError(
      'UPSTREAM_BAD_SPEC',
      `Cannot read the imported spec: it uses the macro ${macro.slice(0, 80)}`,
      {
        hint: 'write the value itself; a percent sign is written %%',
        at,
      },
    );
  }
  return text.replaceAll('%%', '%');
}
