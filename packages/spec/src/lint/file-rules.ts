import { nearestNames, SlipwayError } from '@slipway/core';
import { compileFileGlob } from '../glob.ts';
import { patchFileName } from '../patch-overlays.ts';
import type { FindingDraft } from './lint-finding.ts';
import type { LintInput, OverlayFields } from './lint-input.ts';
import { type AskedOverlay, shown, when } from './lint-rule.ts';
import { undone } from './sequence-rules.ts';

/** What one overlay says about files. */
export function fileFindings({ fields, input: { sourceExists } }: AskedOverlay): readonly FindingDraft[] {
  const { type = '', file = '', source, archive } = fields;
  return [
    ...when(source !== undefined && sourceExists !== undefined && !sourceExists(source), () => ({
      code: 'source-missing',
      message: `there is no file ${shown(source ?? '')} to add`,
      suggestion: { text: 'commit the file beside the project file that names it' },
    })),
    ...when(type.startsWith('file-') && !archive && file.endsWith('.spec'), () => ({
      code: 'file-is-spec',
      message: `${shown(file)} is a spec, and ${type} never touches specs`,
      suggestion: { text: 'use a spec overlay, such as spec-search-replace' },
    })),
  ];
}

/** Pairs of names and patterns that are compared; what is beyond is not looked at. */
const comparedLimit = 1_000_000;

/** The files of a component as the overlays change them. */
class FileList {
  readonly #names: Set<string>;
  #compared = 0;

  constructor(names: readonly string[]) {
    this.#names = new Set(names.filter((name) => !name.endsWith('.spec') && !/(?:^|\/)\.git\//.test(name)));
  }

  /** Undefined when too much was compared already, or the pattern is malformed. */
  matching(pattern: string): string[] | undefined {
    if (!isPattern(pattern)) {
      return this.#names.has(pattern) ? [pattern] : [];
    }
    this.#compared += this.#names.size;
    return this.#compared > comparedLimit ? undefined : matchingNames(pattern, this.#names);
  }

  nearest(name: string): string | undefined {
    return this.#names.size > 1000 ? undefined : nearestNames(name, this.#names)[0];
  }

  add(name: string): void {
    this.#names.add(name);
  }

  remove(names: readonly string[]): void {
    for (const name of names) {
      this.#names.delete(name);
    }
  }
}

function isPattern(text: string): boolean {
  return /[*?[{\\]/.test(text);
}

function matchingNames(pattern: string, names: Iterable<string>): string[] | undefined {
  try {
    return [...names].filter(compileFileGlob(pattern));
  } catch (cause) {
    if (cause instanceof SlipwayError) {
      return undefined;
    }
    throw cause;
  }
}

const matching = ['file-remove', 'file-rename', 'file-prepend-lines', 'file-search-replace', 'patch-remove'];

/** Patterns that name no file, in the order of the overlays, so that added and removed files count. */
export function unmatchedFiles(overlays: readonly OverlayFields[], { files }: LintInput): FindingDraft[] {
  if (files === undefined) {
    return [];
  }
  const list = new FileList(files);
  return overlays.flatMap((overlay, index): FindingDraft[] => {
    const { type = '', file = '', archive, replacement = '' } = overlay;
    if (type === 'file-add' || type === 'patch-add') {
      list.add(addedName(overlay));
    }
    const found = matching.includes(type) && !archive ? list.matching(file) : undefined;
    if (found === undefined || file.endsWith('.spec')) {
      return [];
    }
    if (type !== 'file-prepend-lines' && type !== 'file-search-replace') {
      list.remove(found);
    }
    if (type === 'file-rename') {
      list.add(file.slice(0, file.lastIndexOf('/') + 1) + replacement);
    }
    return found.length > 0 ? [] : [unmatched(file, list.nearest(file), index)];
  });
}

function unmatched(file: string, near: string | undefined, overlay: number): FindingDraft {
  return {
    code: 'glob-matches-nothing',
    overlay,
    message: `no source file matches ${shown(file)}`,
    suggestion:
      near === undefined
        ? { text: 'a pattern names files from the root of the sources: dir/** is all in a directory' }
        : { text: `did you mean ${near}?`, replacement: { file: near } },
  };
}

function addedName({ type, file, source = '' }: OverlayFields): string {
  return type === 'file-add' ? (file ?? '') : patchFileName({ type: 'patch-add', source, ...(file && { file }) });
}

/** Files that are written and then removed, or used after they were removed. Only plain names are compared. */
export function removedFiles(overlays: readonly OverlayFields[]): FindingDraft[] {
  const written = new Map<string, number>();
  const gone = new Map<string, number>();
  return overlays.flatMap((overlay, index): FindingDraft[] => {
    const { type = '', archive = '' } = overlay;
    if (!/^(?:file|patch)-/.test(type)) {
      return [];
    }
    const name = `${archive}\0${type === 'patch-add' ? addedName(overlay) : (overlay.file ?? '')}`;
    const removes = type.endsWith('-remove');
    const earlier = removes ? written.get(name) : undefined;
    const removed = type.endsWith('-add') ? undefined : gone.get(name);
    (removes || type === 'file-rename' ? gone : written).set(name, index);
    if (type.endsWith('-add')) {
      gone.delete(name);
    }
    return [
      ...(earlier === undefined ? [] : [undone(earlier, index)]),
      ...when(removed !== undefined && !isPattern(name) && earlier === undefined, () => ({
        code: 'target-removed',
        overlay: index,
        message: `the file is gone: overlay ${(removed ?? 0) + 1} removes or renames it`,
        suggestion: { text: 'remove the overlay, or move it before the other' },
      })),
    ];
  });
}
