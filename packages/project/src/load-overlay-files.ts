import { unquoteWildcards } from '@slipway/spec';
import type { OverlayDocument, OverlayFiles } from './build-components.ts';
import { reportMissingFile } from './check-files.ts';
import type { EffectiveComponents } from './effective-components.ts';
import { globFiles, isGlob } from './glob.ts';
import type { MergedConfig } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import type { Origin } from './project.ts';
import { type ReadOptions, readConfig } from './read-config.ts';
import { overlayFile } from './schema/overlay.ts';
import { loadPartialDocument } from './toml-document.ts';

interface OverlayFileInputs {
  readonly merged: MergedConfig;
  readonly effective: EffectiveComponents;
  readonly options: ReadOptions;
  readonly mistakes: Mistakes;
}

/** Reads the overlay files that some component asks for, each once; the result is by absolute pattern. */
export function loadOverlayFiles(inputs: OverlayFileInputs): OverlayFiles {
  const loaded = new Map<string, OverlayDocument[]>();
  const documents = new Map<string, OverlayDocument | undefined>();
  const patterns = new Set(inputs.effective.components.flatMap(({ config }) => config.overlayFiles ?? []));
  for (const pattern of patterns) {
    const files = filesOf(pattern, inputs);
    for (const file of files) {
      if (!documents.has(file)) {
        documents.set(file, loadOverlayFile(file, inputs));
      }
    }
    loaded.set(
      pattern,
      files.flatMap((file) => documents.get(file) ?? []),
    );
  }
  return loaded;
}

/** A pattern that cannot be expanded is reported in each place where it is written. */
function filesOf(pattern: string, { merged, mistakes }: OverlayFileInputs): string[] {
  const origins = originsOfPattern(pattern, merged);
  const found = origins.map((origin) => mistakes.attempt(origin, () => globFiles(pattern)))[0] ?? [];
  if (found.length === 0 && !isGlob(pattern)) {
    for (const origin of origins) {
      reportMissingFile(origin, unquoteWildcards(pattern), mistakes);
    }
  }
  return found;
}

function originsOfPattern(pattern: string, merged: MergedConfig): Origin[] {
  return merged.written.flatMap(({ config, origin }) => {
    const index = config.overlayFiles?.indexOf(pattern) ?? -1;
    return index === -1 ? [] : [{ file: origin.file, path: [...origin.path, 'overlay-files', index] }];
  });
}

function loadOverlayFile(file: string, { options, mistakes }: OverlayFileInputs): OverlayDocument | undefined {
  const partial = loadPartialDocument(file);
  mistakes.addFile(file, partial);
  if (partial.document === undefined) {
    return undefined;
  }
  const reading = readConfig(overlayFile, partial.document, options);
  mistakes.addReading(file, reading);
  return reading.config === undefined ? undefined : { file, ...reading.config };
}
