import type { TextSpan } from './compare-characters.ts';
import type { MatchElsewhere, NearLine, OverlayFailure, PartialLines } from './explain-failure.ts';
import { type Paint, printableText } from './paint.ts';

/** The error, what was looked for, and below each near line what differs. Without a line end. */
export function formatFailure(failure: OverlayFailure, paint: Paint): string {
  const { error, wanted, nearest, partial, elsewhere } = failure;
  return [
    `${paint('red', error.code)}  ${printableText(error.message)}`,
    ...(error.hint === undefined ? [] : [paint('dim', printableText(error.hint))]),
    ...elsewhere.map((match) => formatElsewhere(match, paint)),
    ...(partial === undefined ? [] : formatPartial(partial, paint)),
    ...(nearest.length === 0 ? [] : [`looked for  ${paint('green', printableText(wanted ?? ''))}`, 'nearest to it:']),
    ...nearest.flatMap((near) => formatNear(near, paint)),
  ].join('\n');
}

function formatElsewhere({ line, text, reason, section }: MatchElsewhere, paint: Paint): string {
  const where = section === '' ? 'the preamble' : printableText(section);
  const why = {
    header: 'is the header of a section, and headers are never changed',
    'other-section': `is in ${where}, where the overlay does not look`,
    'same-text': 'matches, but the replacement is the same text',
  }[reason];
  return `  ${paint('yellow', `line ${line}`)} ${why}:\n    ${printableText(text)}`;
}

function formatPartial({ matched, stopsAt, places }: PartialLines, paint: Paint): string[] {
  const [begin, stop] = [
    paint('green', `\`${printableText(matched)}\``),
    paint('red', `\`${printableText(stopsAt)}\``),
  ];
  const expression =
    matched === ''
      ? `  nothing matches even ${stop}, with which the expression begins`
      : `  it matches up to ${begin} and fails at ${stop}`;
  return [
    expression,
    ...places.map(({ line, path, text, column }) => {
      const lead = `    ${path === undefined ? '' : `${printableText(path)}:`}${line}: `;
      const before = printableText(text.slice(0, column - 1));
      return `${lead}${before}${paint('yellow', '⟨here⟩')}${printableText(text.slice(column - 1))}`;
    }),
  ];
}

/** The line as it is; below it `^` under what the overlay does not ask for, and what it asks for instead. */
function formatNear({ path, line, text, comparison }: NearLine, paint: Paint): string[] {
  const lead =
    path !== undefined && line === undefined
      ? '  '
      : `  ${path === undefined ? '' : `${printableText(path)}:`}${line}: `;
  const marked = comparison.map((span) => markSpan(span, paint)).join('');
  return [`${lead}${printableText(text)}`, `${' '.repeat(lead.length)}${marked}`];
}

/** Readable without colours too: `{+only wanted+}` and `[-only found-]`, as git's word diff has them the other way round. */
function markSpan({ kind, text }: TextSpan, paint: Paint): string {
  const shown = printableText(text);
  return kind === 'same'
    ? paint('dim', shown)
    : kind === 'wanted'
      ? paint('green', `{+${shown}+}`)
      : paint('red', `[-${shown}-]`);
}
