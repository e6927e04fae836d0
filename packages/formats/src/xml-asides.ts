import type { ErrorCode } from '@slipway/core';
import type { Utf8Window } from './utf8-window.ts';
import { byteClass, byteClasses, namePattern } from './xml-characters.ts';
import { checkXmlDeclaration } from './xml-declaration.ts';

/** Why a document is refused, and where. */
export interface XmlProblem {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly at: number;
}

/** OR of the classes of the bytes from `start` up to `end`. */
export function marksOf(bytes: Buffer, start: number, end: number): number {
  let marks = 0;
  for (let at = start; at < end; at++) {
    marks |= byteClasses[bytes[at] as number] as number;
  }
  return marks;
}

/** Passes over the comment at the window's place; stays there when it may go on in the next chunk. */
export function skipComment(window: Utf8Window): XmlProblem | undefined {
  const start = window.at + '<!--'.length;
  const close = window.find('--', start);
  if (close < 0 || close + 2 >= window.end) {
    return undefined;
  }
  if (window.bytes[close + 2] !== 0x3e) {
    return bad('"--" stands in a comment', close);
  }
  window.at = close + '-->'.length;
  return controlCharacter(window, start, close);
}

/** As `skipComment`, for `<?…?>`; of the XML declaration, what it says is checked. */
export function skipInstruction(window: Utf8Window): XmlProblem | undefined {
  const { at } = window;
  const start = at + '<?'.length;
  const close = window.find('?>', start);
  if (close < 0) {
    return undefined;
  }
  const content = window.bytes.toString('utf8', start, close);
  const target = /^[^ \t\r\n]*/.exec(content)?.[0] ?? '';
  if (target === 'xml' && window.atStart) {
    const problem = checkXmlDeclaration(content);
    if (problem !== undefined) {
      return { ...problem, at };
    }
  } else if (!namePattern.test(target) || target.toLowerCase() === 'xml') {
    return bad('a processing instruction has no allowed name', at);
  }
  window.at = close + '?>'.length;
  return controlCharacter(window, start, close);
}

function controlCharacter({ bytes }: Utf8Window, start: number, end: number): XmlProblem | undefined {
  return (marksOf(bytes, start, end) & byteClass.illegal) === 0 ? undefined : bad('a control character', start);
}

function bad(reason: string, at: number): XmlProblem {
  return { code: 'FORMATS_BAD_XML', reason, at };
}
