import { basename } from 'node:path';
import type { ComponentOverlay } from '@slipway/project';

type Overlay = ComponentOverlay['overlay'];

/** What an overlay acts on, short: a tag with its value, a section, a pattern, a file. */
export function overlayTarget(overlay: Overlay): string {
  const target = plainTarget(overlay);
  const place = overlay.type.startsWith('spec-') ? placeOf(overlay) : '';
  return place === '' || place === target ? target : `${target} in ${place}`;
}

function plainTarget(overlay: Overlay): string {
  switch (overlay.type) {
    case 'spec-add-tag':
    case 'spec-insert-tag':
    case 'spec-set-tag':
    case 'spec-update-tag':
      return `${overlay.tag}: ${overlay.value}`;
    case 'spec-remove-tag':
      return overlay.value === undefined ? overlay.tag : `${overlay.tag}: ${overlay.value}`;
    case 'spec-prepend-lines':
    case 'spec-append-lines':
      return overlay.lines.find((line) => line.trim() !== '')?.trim() ?? '';
    case 'spec-search-replace':
      return overlay.regex;
    case 'spec-remove-section':
    case 'spec-remove-subpackage':
      return placeOf(overlay);
    case 'patch-add':
      return overlay.file ?? basename(overlay.source);
    default:
      return fileTarget(overlay);
  }
}

function fileTarget(overlay: Extract<Overlay, { readonly file: string }>): string {
  const file = 'archive' in overlay ? `${overlay.archive}: ${overlay.file}` : overlay.file;
  switch (overlay.type) {
    case 'file-rename':
      return `${file} → ${overlay.replacement}`;
    case 'file-search-replace':
      return `${overlay.regex} in ${file}`;
    default:
      return file;
  }
}

/** As the author wrote it: `%files devel`. */
function placeOf(overlay: Overlay): string {
  const section = 'section' in overlay ? overlay.section : undefined;
  const name = 'package' in overlay ? overlay.package : undefined;
  return [section, name].filter(Boolean).join(' ');
}
