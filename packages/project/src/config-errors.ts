import { SlipwayError, type SourcePosition } from '@slipway/core';
import type { Mistake } from './definition/reading.ts';
import type { ConfigPath } from './project.ts';
import type { TomlDocument } from './toml-document.ts';

/** Gives a mistake its place: file, line, column and the line itself with a caret. */
export function mistakeError(mistake: Mistake, document: TomlDocument): SlipwayError {
  const at = document.position(mistake.path, mistake.part);
  return placedError(mistake, at, document);
}

function placedError(mistake: Mistake, at: SourcePosition, document: TomlDocument): SlipwayError {
  const place = { line: at.line ?? 1, column: at.column ?? 1 };
  const what = mistake.path.length === 0 ? 'the file' : formatConfigPath(mistake.path);
  return new SlipwayError(mistake.code, `Cannot use ${what}: ${mistake.reason}`, {
    at,
    data: { path: mistake.path, excerpt: document.excerpt(place) },
    ...(mistake.hint !== undefined && { hint: mistake.hint }),
  });
}

/** A path as TOML writes dotted keys, list entries with their index: `components."gtk+".overlays[0].tag`. */
export function formatConfigPath(path: ConfigPath): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') {
        return `[${part}]`;
      }
      const key = /^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part);
      return index === 0 ? key : `.${key}`;
    })
    .join('')
    .slice(0, 400);
}
