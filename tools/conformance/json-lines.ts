import { createReadStream, statSync } from 'node:fs';
import { readCaseLines } from './case-lines.ts';

/** A line of a file of cases: its value, or why it has none. */
export type JsonLine =
  | { readonly line: number; readonly value: unknown; readonly problem?: undefined }
  | { readonly line: number; readonly problem: string };

/** The lines of JSONL files that are not empty, one at a time. Throws an Error for what is no file. */
export async function* readJsonLines(paths: readonly string[]): AsyncGenerator<JsonLine> {
  const missing = paths.find((path) => !statSync(path).isFile());
  if (missing !== undefined || paths.length === 0) {
    throw new Error(missing === undefined ? 'There is no file of cases' : `Cannot read ${missing}: it is not a file`);
  }
  for (const path of paths) {
    for await (const { line, text } of readCaseLines(createReadStream(path, { highWaterMark: 1 << 20 }))) {
      yield parseLine(line, text);
    }
  }
}

function parseLine(line: number, text: string | undefined): JsonLine {
  if (text === undefined) {
    return { line, problem: 'the line is too long' };
  }
  try {
    return { line, value: JSON.parse(text) };
  } catch (error) {
    return { line, problem: `the line is no JSON: ${(error as Error).message}` };
  }
}
