import { readFileSync, statSync } from 'node:fs';

/** A file of cases holds a few megabytes; this is what is parsed in one piece. */
const fileLimitBytes = 256 << 20;

/** The elements of JSON files that hold one array each. Throws an Error for what does not. */
export function* readJsonArrays(
  paths: readonly string[],
): Generator<{ readonly name: string; readonly value: unknown }> {
  for (const path of paths) {
    const status = statSync(path);
    if (!status.isFile() || status.size > fileLimitBytes) {
      throw new Error(`Cannot read ${path}: it is no file of at most ${fileLimitBytes} bytes`);
    }
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!Array.isArray(parsed)) {
      throw new TypeError(`Cannot read ${path}: it holds no JSON array`);
    }
    for (const [index, value] of parsed.entries()) {
      yield { name: `case ${index + 1}`, value };
    }
  }
}
