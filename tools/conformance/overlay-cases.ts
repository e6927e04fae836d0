import { sha256 } from '@slipway/core';
import { applyAsAzldev, type ConformanceResult, type OverlayMode } from '@slipway/spec';
import type { CaseResult } from './case-result.ts';
import type { SetOptions } from './case-set.ts';
import { type Difference, formatDifference } from './difference.ts';
import { type JsonLine, readJsonLines } from './json-lines.ts';
import { type ExpectedAnswer, type OverlayCase, parseOverlayCase } from './overlay-case.ts';
import { openSpecFiles } from './spec-files.ts';
import { describeTextDifference } from './text-difference.ts';

const modes: Readonly<Record<string, OverlayMode>> = { aug2026: 'august-2026', apr2026: 'april-2026' };

/**
 * Overlays on a spec: `spec_b64` (or `path` below the root), `overlays`, and per mode `ok` with `out_b64` or `sha256`,
 * or `failed_overlay` (from 0). Throws for a mode that does not exist.
 */
export async function* overlayCases(paths: readonly string[], { root, mode }: SetOptions): AsyncGenerator<CaseResult> {
  if (mode !== undefined && !Object.hasOwn(modes, mode)) {
    throw new Error(`There is no mode ${mode}; there are ${Object.keys(modes).join(' and ')}`);
  }
  const setting: Setting = {
    wanted: mode === undefined ? Object.keys(modes) : [mode],
    loadSpec: openSpecFiles(root),
  };
  for await (const line of readJsonLines(paths)) {
    yield checkLine(line, setting);
  }
}

interface Setting {
  readonly wanted: readonly string[];
  readonly loadSpec: (path: string) => Buffer;
}

function checkLine(line: JsonLine, setting: Setting): CaseResult {
  if (line.problem !== undefined) {
    return { name: `line ${line.line}`, differences: [line.problem] };
  }
  const id = idOf(line.value);
  return {
    name: id === '' ? `line ${line.line}` : `${id} (line ${line.line})`,
    differences: checkCase(line.value, setting).map(formatDifference),
  };
}

function checkCase(parsed: unknown, { wanted, loadSpec }: Setting): Difference[] {
  try {
    const overlayCase = parseOverlayCase(parsed, Object.keys(modes));
    const asked = wanted.filter((mode) => overlayCase.answers.has(mode));
    if (asked.length === 0) {
      throw new Error(`the case has no answer for ${wanted.join(' or ')}`);
    }
    const spec = overlayCase.spec ?? loadSpec(overlayCase.path);
    return asked.flatMap((mode) => checkMode(overlayCase, spec, mode));
  } catch (error) {
    return [{ what: error instanceof Error ? error.message : String(error) }];
  }
}

function idOf(parsed: unknown): string {
  const id = (parsed as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : '';
}

function checkMode({ overlays, answers }: OverlayCase, spec: Buffer, mode: string): Difference[] {
  const answer = answers.get(mode) as ExpectedAnswer;
  const result = applyAsAzldev(spec, overlays, modes[mode] as OverlayMode);
  const difference = answer.ok && result.ok ? outputDifference(answer, result.spec) : failureDifference(answer, result);
  return difference === undefined ? [] : [{ mode, ...difference }];
}

function outputDifference(answer: ExpectedAnswer & { ok: true }, got: Buffer): Difference | undefined {
  if (answer.output !== undefined) {
    return answer.output.equals(got) ? undefined : describeTextDifference(answer.output, got);
  }
  const digest: string = sha256(got);
  return digest === answer.sha256
    ? undefined
    : { what: 'the output is another one', expected: `sha256 ${answer.sha256}`, got: `sha256 ${digest}` };
}

function failureDifference(answer: ExpectedAnswer, result: ConformanceResult): Difference | undefined {
  if (!answer.ok && !result.ok && answer.failedOverlay === result.failedOverlay) {
    return undefined;
  }
  return {
    what: 'another overlay fails',
    expected: answer.ok ? 'that all overlays apply' : `that overlay ${answer.failedOverlay} (from 0) fails`,
    got: result.ok
      ? 'all overlays apply'
      : `overlay ${result.failedOverlay} fails: ${result.error.code}, ${result.error.message}`,
  };
}
