/** Colours a text for a terminal, or leaves it as it is. */
export type Paint = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string) => string;

/** Text from specs and projects as a terminal may show it: control characters and changes of direction replaced. */
export function printableText(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === '\n' || character === '\t' ? character : '\ufffd',
  );
}

/** A unified diff with colours. */
export function paintDiff(diff: string, paint: Paint): string {
  return printableText(diff)
    .split('\n')
    .map((line) => paintDiffLine(line, paint))
    .join('\n');
}

function paintDiffLine(line: string, paint: Paint): string {
  if (line.startsWith('--- ') || line.startsWith('+++ ')) {
    return paint('bold', line);
  }
  const style = line.startsWith('@@')
    ? 'cyan'
    : line.startsWith('+')
      ? 'green'
      : line.startsWith('-')
        ? 'red'
        : undefined;
  return style === undefined ? line : paint(style, line);
}
