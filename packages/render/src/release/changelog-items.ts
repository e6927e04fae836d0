/**
 * The items that a commit message becomes (rpmautospec, "Changelog entries generated from commit messages"): the
 * subject; the paragraph after it when that begins with an ellipsis, as part of the first item; the lines with dashes
 * right after, an item each. Percent signs are doubled.
 */
export function changelogItems(message: string): string[] {
  const lines = message
    .replaceAll('%', '%%')
    .split('\n')
    .map((line) => line.trim());
  const start = lines.findIndex((line) => line !== '');
  const head = withoutDash(lines[start] ?? '');
  const subject = head === '' ? [] : [head, ...paragraphAt(lines, start).slice(1)];
  const afterSubject = start + Math.max(1, subject.length);
  const bodyStart = lines.findIndex((line, index) => index >= afterSubject && line !== '');
  const body = bodyStart < 0 ? [] : paragraphAt(lines, bodyStart);
  const continued = continuationOf(body);
  return [[...subject, ...continued].join(' '), ...dashedItems(body.slice(continued.length), continued.length > 0)];
}

/** The lines from `start` up to an empty one. */
function paragraphAt(lines: readonly string[], start: number): string[] {
  const end = lines.indexOf('', start);
  return lines.slice(start, end < 0 ? undefined : end);
}

const ellipsis = /^(?:\.{3,}|…+)\s*/;

/** The lines of a body that go on with the subject: up to the first dash. */
function continuationOf(body: readonly string[]): string[] {
  const [head] = body;
  const mark = head === undefined ? null : ellipsis.exec(head);
  if (head === undefined || mark === null) {
    return [];
  }
  const dash = body.findIndex((line, index) => index > 0 && line.startsWith('-'));
  return [head.slice(mark[0].length), ...body.slice(1, dash < 0 ? undefined : dash)];
}

/** Without a continuation before it a body counts only when it begins with a dash. */
function dashedItems(lines: readonly string[], afterContinuation: boolean): string[] {
  const items: string[][] = [];
  if (!afterContinuation && lines[0]?.startsWith('-') !== true) {
    return [];
  }
  for (const line of lines) {
    if (line.startsWith('-')) {
      items.push([withoutDash(line)]);
    } else {
      items.at(-1)?.push(line);
    }
  }
  return items.map((parts) => parts.join(' '));
}

function withoutDash(line: string): string {
  return line.startsWith('-') ? line.slice(1).trimStart() : line;
}
