import { formatPosition, type SlipwayError } from '@slipway/core';
import type { Paint } from '../output/paint.ts';
import { printable } from '../output/printable.ts';
import { shownPath } from '../output/shown-path.ts';
import type { Failure } from './failure.ts';

export interface FailureStyle {
  readonly paint: Paint;
  /** Files below it are shown relative to it. */
  readonly directory: string;
  /** Whether to show where in Slipway an error was thrown. */
  readonly debug: boolean;
}

/**
 * Every error with its code, its place, the line itself where the error knows it, and what to do; several errors end
 * with their number:
 *
 *     error[PROJECT_UNKNOWN_KEY]: Cannot use components.less.overlay: there is no such key
 *       at less.comp.toml:3:1
 *         overlay = []
 *         ^
 *       hint: did you mean overlays?
 */
export function formatFailure(failure: Failure, style: FailureStyle): string {
  const parts = failure.errors.map((error) => formatError(error, style));
  const count = failure.errors.length > 1 ? `${failure.errors.length} errors\n` : '';
  const stacks = style.debug ? `${stackOf(failure.cause)}\n` : '';
  return `${parts.join('\n')}${count === '' ? '' : `\n${count}`}${stacks}`;
}

/** One line of JSON; `debug` adds the stack. */
export function formatFailureJson(failure: Failure, debug: boolean): string {
  const errors = failure.errors.map((error) => error.toJSON());
  const stack = debug ? { stack: stackOf(failure.cause) } : {};
  return `${JSON.stringify({ exitStatus: failure.exitStatus, errors, ...stack })}\n`;
}

function formatError(error: SlipwayError, { paint, directory }: FailureStyle): string {
  const lines = [`${paint('red', `error[${error.code}]`)}: ${printable(error.message.trimEnd())}`];
  if (error.at !== undefined) {
    lines.push(`  at ${printable(formatPosition({ ...error.at, file: shownPath(error.at.file, directory) }))}`);
  }
  const excerpt = error.data?.excerpt;
  if (typeof excerpt === 'string' && excerpt !== '') {
    lines.push(`    ${indented(excerpt, '    ')}`);
  }
  const nearest = nearestTexts(error.data?.nearest);
  if (nearest.length > 0) {
    lines.push('  nearest:', ...nearest.map((text) => `    ${indented(text, '    ')}`));
  }
  if (error.hint !== undefined) {
    lines.push(`  ${paint('cyan', 'hint')}: ${indented(error.hint, '    ')}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Overlays that find nothing say what looks most like it: names of files, or lines of a spec with their numbers. */
function nearestTexts(nearest: unknown): string[] {
  return (Array.isArray(nearest) ? nearest : []).flatMap((entry: unknown) => {
    if (typeof entry === 'string') {
      return [entry];
    }
    const { line, text } = entry as { readonly line?: unknown; readonly text?: unknown };
    return typeof text === 'string' ? [`line ${String(line)}: ${text.trim()}`] : [];
  });
}

function indented(text: string, margin: string): string {
  return printable(text.trimEnd()).replaceAll('\n', `\n${margin}`);
}

function stackOf(cause: unknown): string {
  const own = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return cause instanceof Error && cause.cause !== undefined ? `${own}\ncaused by ${stackOf(cause.cause)}` : own;
}
