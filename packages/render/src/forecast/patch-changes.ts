/** What a patch changes in one file. */
export interface PatchedFile {
  /** Without the first component, as `-p1` applies it; the whole name where it has only one. */
  readonly path: string;
  readonly hunks: readonly PatchHunk[];
}

interface PatchHunk {
  /** Removed and added lines with their signs, and nothing between. */
  readonly changes: readonly string[];
  /** The lines that the hunk is applied to, and what it makes of them, context included. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Longer ones are not compared. */
const patchBytes = 4 << 20;

/** Reads a unified diff (POSIX diff -u; what stands around it is passed over). Empty for anything else. */
export function parsePatchChanges(bytes: Uint8Array): PatchedFile[] {
  if (bytes.length > patchBytes) {
    return [];
  }
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const files = new Map<string, PatchHunk[]>();
  let path = '';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    if (line.startsWith('--- ') && (lines[at + 1] ?? '').startsWith('+++ ')) {
      path = patchedPath(line, lines[at + 1] as string);
      at++;
      continue;
    }
    const head = path === '' ? null : /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (head !== null) {
      const { hunk, end } = readHunk(lines, at + 1, { before: Number(head[1] ?? 1), after: Number(head[2] ?? 1) });
      files.set(path, [...(files.get(path) ?? []), hunk]);
      at = end - 1;
    }
  }
  return [...files].map(([path, hunks]) => ({ path, hunks }));
}

/** Of the two names the one that is not `/dev/null`. */
function patchedPath(old: string, now: string): string {
  const [before, after] = [old, now].map((line) => (line.slice(4).split('\t', 1)[0] as string).trim());
  const name = (after === '/dev/null' ? before : after) as string;
  return name.includes('/') ? name.slice(name.indexOf('/') + 1) : name;
}

function readHunk(
  lines: readonly string[],
  start: number,
  left: { before: number; after: number },
): { hunk: PatchHunk; end: number } {
  const hunk = { changes: [] as string[], before: [] as string[], after: [] as string[] };
  let at = start;
  for (; at < lines.length && (left.before > 0 || left.after > 0); at++) {
    const line = lines[at] as string;
    const [sign, text] = [line[0] ?? ' ', line.slice(1)];
    if (sign === '\\') {
      continue;
    }
    if (sign !== '+') {
      hunk.before.push(text);
      left.before--;
    }
    if (sign !== '-') {
      hunk.after.push(text);
      left.after--;
    }
    if (sign === '+' || sign === '-') {
      hunk.changes.push(line);
    }
  }
  return { hunk, end: at };
}

/** Whether `larger` changes, in the same files, everything that `patch` changes. Never for a patch without changes. */
export function containsPatch(larger: readonly PatchedFile[], patch: readonly PatchedFile[]): boolean {
  return (
    patch.length > 0 &&
    patch.every(({ path, hunks }) => {
      const other = larger.find((each) => each.path === path);
      const changes = other === undefined ? '' : block(other.hunks.flatMap((hunk) => hunk.changes));
      return hunks.every((hunk) => changes.includes(block(hunk.changes)));
    })
  );
}

/** Whether the files have what the patch makes, and not what it is applied to. `read` gives undefined for other files. */
export function isPatched(patch: readonly PatchedFile[], read: (path: string) => string | undefined): boolean {
  return (
    patch.length > 0 &&
    patch.every(({ path, hunks }) => {
      const text = read(path);
      const lines = text === undefined ? undefined : `\n${text}`;
      return (
        lines !== undefined &&
        hunks.every(({ before, after }) => lines.includes(block(after)) && !lines.includes(block(before)))
      );
    })
  );
}

/** Lines as a text that is found only where whole lines are. */
function block(lines: readonly string[]): string {
  return `\n${lines.join('\n')}\n`;
}
