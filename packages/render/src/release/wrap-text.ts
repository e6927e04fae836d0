/** Python's `textwrap.TextWrapper(width=75, subsequent_indent='  ')`, which rpmautospec wraps items with. */
const width = 75;
const indent = '  ';

/** Characters, not UTF-16 units: a width counts them. */
type Characters = readonly string[];

interface Chunk {
  readonly start: number;
  readonly end: number;
}

/** Breaks a text into lines at blanks, after hyphens within words and around dashes; words longer than a line too. */
export function wrapText(text: string): string {
  const characters = [...expandTabs(text).replace(/[\n\v\f\r]/g, ' ')];
  const chunks = chunksOf(characters);
  const lines: string[] = [];
  for (let at = 0; at < chunks.length; ) {
    const room = lines.length === 0 ? width : width - indent.length;
    at = lines.length > 0 && isBlank(characters, chunks[at] as Chunk) ? at + 1 : at;
    const line = takeLine(characters, chunks, { at, room });
    at = line.next;
    if (line.text !== '') {
      lines.push((lines.length === 0 ? '' : indent) + line.text);
    }
  }
  return lines.join('\n');
}

/** To columns that are multiples of eight, from the last line end on. */
function expandTabs(text: string): string {
  let column = 0;
  return Array.from(text, (character) => {
    const blanks = character === '\t' ? 8 - (column % 8) : 1;
    column = character === '\n' || character === '\r' ? 0 : column + blanks;
    return character === '\t' ? ' '.repeat(blanks) : character;
  }).join('');
}

/** As many chunks as fit, without the blanks at the end; a chunk longer than a line is cut, and the rest put back. */
function takeLine(
  characters: Characters,
  chunks: Chunk[],
  { at, room }: { at: number; room: number },
): { text: string; next: number } {
  const start = chunks[at]?.start ?? characters.length;
  let [next, end] = [at, start];
  for (let chunk = chunks[next]; chunk !== undefined && chunk.end - start <= room; chunk = chunks[++next]) {
    end = chunk.end;
  }
  const long = chunks[next];
  if (long !== undefined && long.end - long.start > room) {
    const cut = cutOf(characters, long, start + room - long.start);
    chunks[next] = { start: cut, end: long.end };
    end = cut;
  }
  const last = chunks[next - 1];
  const trimmed = last !== undefined && next > at && end === last.end && isBlank(characters, last) ? last.start : end;
  return { text: characters.slice(start, trimmed).join(''), next };
}

/** Where a long chunk is cut: after the last hyphen that fits and follows something else, or where the line is full. */
function cutOf(characters: Characters, { start }: Chunk, room: number): number {
  const hyphen = characters.slice(start, start + room).lastIndexOf('-');
  const begins = characters.slice(start, start + Math.max(0, hyphen)).some((character) => character !== '-');
  return hyphen > 0 && begins ? start + hyphen + 1 : start + room;
}

function isBlank(characters: Characters, { start, end }: Chunk): boolean {
  return (
    end > start && (characters[start] as string).trim() === '' && characters.slice(start, end).join('').trim() === ''
  );
}

function chunksOf(characters: Characters): Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = 0; start < characters.length; start = chunks.at(-1)?.end ?? 0) {
    chunks.push({ start, end: endOfChunk(characters, start) });
  }
  return chunks;
}

const blank = /[\t-\r ]/;
const letter = /[\p{L}\p{Nl}\p{No}_]/u;
const wordCharacter = /[\p{L}\p{N}_]/u;
/** A word's characters and the punctuation that may end it. */
const wordOrPunctuation = /[\p{L}\p{N}_!"'&.,?]/u;

function endOfChunk(characters: Characters, start: number): number {
  const is = (pattern: RegExp, at: number) => pattern.test(characters[at] ?? '');
  if (is(blank, start)) {
    return runEnd(characters, start, (character) => blank.test(character));
  }
  if (isDash(characters, start)) {
    return runEnd(characters, start, (character) => character === '-');
  }
  let end = start + 1;
  while (end < characters.length && !is(blank, end) && !isDash(characters, end)) {
    if (isHyphen(characters, end)) {
      return end + 1;
    }
    end++;
  }
  return end;
}

function runEnd(characters: Characters, start: number, belongs: (character: string) => boolean): number {
  let end = start;
  while (end < characters.length && belongs(characters[end] as string)) {
    end++;
  }
  return end;
}

/** Two hyphens or more between words. */
function isDash(characters: Characters, at: number): boolean {
  if (characters[at] !== '-' || characters[at + 1] !== '-' || !wordOrPunctuation.test(characters[at - 1] ?? '')) {
    return false;
  }
  const end = runEnd(characters, at, (character) => character === '-');
  return wordCharacter.test(characters[end] ?? '');
}

/** A hyphen inside of a compound word: on both sides two letters, or two with a hyphen between them. */
function isHyphen(characters: Characters, at: number): boolean {
  const isLetter = (index: number) => letter.test(characters[index] ?? '');
  const before = isLetter(at - 1) && (isLetter(at - 2) || (characters[at - 2] === '-' && isLetter(at - 3)));
  const after = isLetter(at + 1) && (isLetter(at + 2) || (characters[at + 2] === '-' && isLetter(at + 3)));
  return characters[at] === '-' && before && after;
}
