import { basename, dirname } from 'node:path';
import { nearestNames } from '@slipway/core';
import type { OverlayFiles } from './build-components.ts';
import { isFile, namesIn } from './glob.ts';
import type { MergedConfig, WrittenComponent } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import type { ConfigPath, Origin } from './project.ts';
import type { OverlayEntry } from './schema/overlay.ts';

/** A file of the project, and where its configuration names it. */
interface NamedFile {
  readonly path: string;
  readonly origin: Origin;
}

/**
 * Reports every file that a project names and does not have: sources of overlays, specs of local components,
 * definitions of images. Configurations of mock and files of tests are for other programs and are not looked for.
 */
export function checkFiles(merged: MergedConfig, overlayFiles: OverlayFiles, mistakes: Mistakes): void {
  const named = [
    ...merged.written.flatMap(filesOfComponent),
    ...filesOfOverlayFiles(overlayFiles),
    ...[...merged.images.values()].flatMap(({ config, origin }) =>
      config.definition === undefined ? [] : [fileAt(config.definition.path, origin, ['definition', 'path'])],
    ),
  ];
  for (const { path, origin } of named) {
    if (mistakes.attempt(origin, () => isFile(path)) === false) {
      reportMissingFile(origin, path, mistakes);
    }
  }
}

/** With the name that may have been meant. */
export function reportMissingFile(origin: Origin, file: string, mistakes: Mistakes): void {
  const nearest = nearestNames(basename(file), namesIn(dirname(file)))[0];
  const hint = nearest === undefined ? 'create it, or name one that exists' : `did you mean ${nearest}?`;
  mistakes.add('PROJECT_FILE_MISSING', origin, `there is no file ${file}`, hint);
}

function fileAt(path: string, { file, path: start }: Origin, keys: ConfigPath): NamedFile {
  return { path, origin: { file, path: [...start, ...keys] } };
}

function filesOfComponent({ config, origin }: WrittenComponent): NamedFile[] {
  const { spec, overlays = [] } = config;
  const local = spec?.type === 'local' && spec.path !== undefined ? [fileAt(spec.path, origin, ['spec', 'path'])] : [];
  return [...local, ...filesOfOverlays(overlays, origin)];
}

/** A file that several patterns find is one file. */
function filesOfOverlayFiles(overlayFiles: OverlayFiles): NamedFile[] {
  const documents = new Map([...overlayFiles.values()].flat().map((document) => [document.file, document]));
  return [...documents.values()].flatMap(({ file, overlays }) => filesOfOverlays(overlays, { file, path: [] }));
}

function filesOfOverlays(overlays: readonly OverlayEntry[], origin: Origin): NamedFile[] {
  return overlays.flatMap((overlay, index) =>
    'source' in overlay && overlay.source !== undefined
      ? [fileAt(overlay.source, origin, ['overlays', index, 'source'])]
      : [],
  );
}
