import { dirname } from 'node:path';
import { SlipwayError } from '@slipway/core';
import { absoluteOverlay } from './absolute-paths.ts';
import type { OverlayDocument } from './build-components.ts';
import { generationOf, readOptions, type SourceOptions } from './config-source.ts';
import type { EffectiveComponents } from './effective-components.ts';
import { globFiles, isGlob, literalPath } from './glob.ts';
import { schemaOf } from './json-schema.ts';
import type { MergedConfig } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import type { Origin } from './project.ts';
import { readConfig } from './read-config.ts';
import { overlayFile } from './schema/overlay.ts';
import { loadTomlDocument } from './toml-document.ts';

interface OverlayFileInputs {
  readonly merged: MergedConfig;
  readonly effective: EffectiveComponents;
  readonly options: SourceOptions;
  readonly mistakes: Mistakes;
}

export interface LoadedOverlayFiles {
  /** By absolute pattern. */
  readonly files: Map<string, OverlayDocument[]>;
  readonly warnings: SlipwayError[];
}

/** Reads the overlay files that some component asks for, each once; mistakes are added to `mistakes`. */
export async function loadOverlayFiles(inputs: OverlayFileInputs): Promise<LoadedOverlayFiles> {
  const loaded: LoadedOverlayFiles = { files: new Map(), warnings: [] };
  const documents = new Map<string, OverlayDocument | undefined>();
  const patterns = new Set(inputs.effective.components.flatMap(({ config }) => config.overlayFiles ?? []));
  for (const pattern of patterns) {
    const files = await filesOf(pattern, inputs);
    if (files.length === 0 && !isGlob(pattern)) {
      reportMissing(pattern, inputs);
    }
    for (const file of files) {
      if (!documents.has(file)) {
        documents.set(file, await loadOverlayFile(file, inputs, loaded));
      }
    }
    loaded.files.set(
      pattern,
      files.flatMap((file) => documents.get(file) ?? []),
    );
  }
  return loaded;
}

/** A pattern that cannot be expanded is reported where it is written. */
async function filesOf(pattern: string, { merged, mistakes }: OverlayFileInputs): Promise<string[]> {
  try {
    return await globFiles(pattern);
  } catch (failure) {
    if (!(failure instanceof SlipwayError)) {
      throw failure;
    }
    for (const origin of originsOfPattern(pattern, merged)) {
      mistakes.add(failure.code, origin, failure.message, failure.hint);
    }
    return [];
  }
}

function originsOfPattern(pattern: string, merged: MergedConfig): Origin[] {
  return merged.written.flatMap(({ config, origin }) => {
    const index = config.overlayFiles?.indexOf(pattern) ?? -1;
    return index === -1 ? [] : [{ file: origin.file, path: [...origin.path, 'overlay-files', index] }];
  });
}

function reportMissing(pattern: string, { merged, mistakes }: OverlayFileInputs): void {
  for (const origin of originsOfPattern(pattern, merged)) {
    mistakes.add('PROJECT_INCLUDE_MISSING', origin, `there is no file ${literalPath(pattern)}`);
  }
}

async function loadOverlayFile(
  file: string,
  { options, mistakes }: OverlayFileInputs,
  loaded: LoadedOverlayFiles,
): Promise<OverlayDocument | undefined> {
  try {
    const document = await loadTomlDocument(file);
    mistakes.addDocument(document);
    const { config, errors, warnings } = readConfig(overlayFile, document, readOptions(options));
    const { additions } = generationOf(document, schemaOf(overlayFile));
    mistakes.errors.push(...errors, ...(options.dialect === 'azldev' ? additions : []));
    loaded.warnings.push(...warnings);
    const overlays = config?.overlays.map((entry) => absoluteOverlay(entry, dirname(file)));
    return config === undefined ? undefined : { file, metadata: config.metadata, overlays: overlays ?? [] };
  } catch (failure) {
    if (failure instanceof SlipwayError) {
      mistakes.errors.push(failure);
      return undefined;
    }
    throw failure;
  }
}
