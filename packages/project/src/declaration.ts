import type { Mistakes } from './mistakes.ts';
import type { ConfigPath, Declaration, Origin } from './project.ts';
import type { TomlDocument } from './toml-document.ts';
import type { WrittenLines } from './toml-positions.ts';

/** Characters of a comment that count as an explanation. */
const longestComment = 2000;

/** A header, or a key with the beginning of a value: such a comment is configuration that was switched off. */
const commentedCode = /^\s*(?:\[{1,2}[\w.'"+-]+\]|[\w.'"-]{1,100}\s*=\s*(?:["'[{\d]|true|false))/;

/** Schema addresses for editors, marks of licence checkers. */
const directive = /^(?::|\s*SPDX-|\s*vim:|\s*yaml-)/;

const listItem = /^\s*(?:[-*•]\s|\d{1,3}[.)]\s)/;

/**
 * The lines of a value and the comment above them. Entries of a list that follow each other without a line between
 * them share the comment above the first.
 */
export function findDeclaration(
  { file, path }: Origin,
  documents: Pick<Mistakes, 'document'>,
): Declaration | undefined {
  const document = documents.document(file);
  const written = document?.lines(path);
  if (document === undefined || written === undefined) {
    return undefined;
  }
  const { firstLine, lastLine } = written;
  const comment = commentText(sharedComment(document, path, written));
  return { file, firstLine, lastLine, ...(comment !== '' && { comment }) };
}

function sharedComment(document: TomlDocument, path: ConfigPath, written: WrittenLines): readonly string[] {
  const index = path.at(-1);
  let { comment, firstLine } = written;
  for (let before = Number(index) - 1; typeof index === 'number' && comment.length === 0 && before >= 0; before--) {
    const earlier = document.lines([...path.slice(0, -1), before]);
    if (earlier === undefined || earlier.lastLine + 1 !== firstLine) {
      break;
    }
    ({ comment, firstLine } = earlier);
  }
  return comment;
}

/** Comment lines as running text: an author breaks lines for the width of the editor, items of a list stay. */
export function commentText(lines: readonly string[]): string {
  if (lines.some((line) => commentedCode.test(line))) {
    return '';
  }
  let text = '';
  let isNewParagraph = true;
  for (const line of lines.filter((line) => !directive.test(line))) {
    const words = line.replace(/\s+/g, ' ').trim();
    if (!/[\p{L}\p{N}]/u.test(words)) {
      isNewParagraph = true; // an empty line or a rule
    } else {
      const separator = text === '' ? '' : isNewParagraph || listItem.test(line) ? '\n' : ' ';
      text += separator + words;
      isNewParagraph = false;
    }
  }
  return text.length > longestComment ? `${text.slice(0, longestComment).toWellFormed()}…` : text;
}
