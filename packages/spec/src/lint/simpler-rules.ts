import type { SourcePosition } from '@slipway/core';
import { patchFileName } from '../patch-overlays.ts';
import type { FindingDraft } from './lint-finding.ts';
import type { LintInput, OverlayFields } from './lint-input.ts';
import type { ListedOverlay } from './lint-rule.ts';
import { isSingle, tagKey, tagKind } from './tag-kinds.ts';

/** Several overlays that one of another type would replace. */
export function simplerOverlays(overlays: readonly ListedOverlay[], { mode }: LintInput): FindingDraft[] {
  return [
    ...overlays.flatMap((overlay, index) => [
      ...setTag(overlay, overlays[index + 1], index),
      ...removePatch(overlay, overlays[index + 1], index),
    ]),
    ...addedPatches(overlays),
    ...(mode === 'april-2026' ? [] : removedPackages(overlays)),
  ];
}

function setTag(overlay: OverlayFields, next: OverlayFields | undefined, index: number): FindingDraft[] {
  const isPair = overlay.type === 'spec-remove-tag' && next?.type === 'spec-add-tag';
  if (!isPair || tagKey(overlay) !== tagKey(next) || !isSingle(overlay.tag ?? '')) {
    return [];
  }
  const { tag = '', value = '', package: packageName } = next;
  return [
    {
      code: 'prefer-set-tag',
      overlay: index,
      message: `${tag} is removed and added again`,
      suggestion: {
        text: `write one spec-set-tag in place of overlays ${index + 1} and ${index + 2}`,
        replacement: { type: 'spec-set-tag', tag, value, ...(packageName !== undefined && { package: packageName }) },
      },
    },
  ];
}

function removePatch(overlay: OverlayFields, next: OverlayFields | undefined, index: number): FindingDraft[] {
  const pair = [overlay, next ?? {}];
  const tag = pair.find(({ type }) => type === 'spec-remove-tag');
  const file = pair.find(({ type, archive }) => type === 'file-remove' && archive === undefined)?.file ?? '';
  const isPatch = /^patch\d+$/i.test(tag?.tag ?? '') && /\.(?:patch|diff)$/.test(file);
  if (!isPatch || (tag?.value ?? file) !== file) {
    return [];
  }
  return [
    {
      code: 'prefer-patch-remove',
      overlay: index,
      message: `the tag and the file of a patch are removed one by one, and the tag by its number`,
      suggestion: {
        text: `write one patch-remove in place of overlays ${index + 1} and ${index + 2}`,
        replacement: { type: 'patch-remove', file },
      },
    },
  ];
}

/** `file-add` with a Patch tag for the file, unless its number is wanted elsewhere. */
function addedPatches(overlays: readonly ListedOverlay[]): FindingDraft[] {
  const texts = overlays.flatMap(({ lines = [], replacement = '' }) => [...lines, replacement]);
  const wanted = new Set(texts.flatMap((text) => [...text.matchAll(/patch[^\d\n]{0,6}(\d+)/gi)].map(([, n]) => n)));
  const tags = new Map(
    overlays.flatMap(({ type, tag = '', value = '' }, index): [string, number][] => {
      const isPatch = type === 'spec-add-tag' || type === 'spec-insert-tag' || type === 'spec-set-tag';
      return isPatch && tagKind(tag) === 'numbered' && /^patch/i.test(tag) && !wanted.has(tag.slice(5))
        ? [[value, index]]
        : [];
    }),
  );
  return overlays.flatMap(({ type, file = '', source = '', at }, index): FindingDraft[] => {
    const tag = type === 'file-add' ? tags.get(file) : undefined;
    return tag === undefined ? [] : [patchAdd({ file, source: besideProject(source, at) }, index, tag)];
  });
}

function patchAdd({ file, source }: { file: string; source: string }, index: number, tag: number): FindingDraft {
  const named = patchFileName({ type: 'patch-add', source }) === file ? {} : { file };
  return {
    code: 'prefer-patch-add',
    overlay: index,
    message: `a patch is added, and overlay ${tag + 1} gives it a number of its own`,
    suggestion: {
      text: `write one patch-add in place of overlays ${index + 1} and ${tag + 1}: it finds a free number`,
      replacement: { type: 'patch-add', source, ...named },
    },
  };
}

/** Relative to the project file, as its author writes it, when the source is at its side. */
function besideProject(source: string, at: SourcePosition | undefined): string {
  const directory = at?.file.slice(0, at.file.lastIndexOf('/') + 1) ?? '';
  return directory !== '' && source.startsWith(directory) ? source.slice(directory.length) : source;
}

function removedPackages(overlays: readonly OverlayFields[]): FindingDraft[] {
  const removed = new Map<string, number[]>();
  overlays.forEach(({ type, package: packageName = '' }, index) => {
    if (type === 'spec-remove-section' && packageName !== '') {
      removed.set(packageName, [...(removed.get(packageName) ?? []), index]);
    }
  });
  return [...removed].flatMap(([packageName, indexes]): FindingDraft[] => {
    const first = indexes.find((index) => overlays[index]?.section === '%package');
    return first === undefined || indexes.length < 2 ? [] : [removeSubpackage(packageName, indexes, first)];
  });
}

function removeSubpackage(packageName: string, indexes: readonly number[], first: number): FindingDraft {
  return {
    code: 'prefer-remove-subpackage',
    overlay: first,
    message: `${packageName} is removed section by section, and what upstream adds to it stays`,
    suggestion: {
      text: `write one spec-remove-subpackage in place of overlays ${indexes.map((index) => index + 1).join(', ')}`,
      replacement: { type: 'spec-remove-subpackage', package: packageName },
    },
  };
}
