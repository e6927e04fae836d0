import { SlipwayError } from '@slipway/core';
import { type Overlay, Re2 } from '@slipway/spec';
import { z } from 'zod';
import { overlayMetadata } from './overlay-metadata.ts';
import { filePath, innerPath, text } from './scalars.ts';
import { sinceAugust, table } from './table.ts';

const about = {
  description: z.string().describe('What the overlay does, in one sentence.').exactOptional(),
  metadata: overlayMetadata.exactOptional(),
};
const packageSelector = z
  .string()
  .describe('Subpackage, exactly as its section header writes it; omitted or empty: the main package.')
  .exactOptional();
const section = z
  .string()
  .describe('Section header such as %install, with its spelling; omitted: see the overlay type.');
const tag = text('Name of the tag, such as Requires(post); compared without regard to case.');
const tagValue = text('Value of the tag.');
const lines = z.array(z.string()).min(1).describe('Lines of text, without line ends.');
const regex = text('Regular expression in RE2 syntax.').superRefine((pattern, context) => {
  try {
    new Re2(pattern);
  } catch (failure) {
    if (!(failure instanceof SlipwayError)) {
      throw failure;
    }
    context.addIssue({ code: 'custom', message: failure.message });
  }
});
const replacement = z.string().describe('Literal replacement text; $1 and \\1 are not expanded.').exactOptional();
const source = filePath('File to copy, relative to the file that this is written in.');
const archive = innerPath('Source archive inside which the overlay works.').meta(sinceAugust).exactOptional();
const file = innerPath('Glob of the files in the prepared sources to which the overlay applies.');

function tagOverlay<Type extends string>(type: Type) {
  return table({ type: z.literal(type), tag, value: tagValue, package: packageSelector, ...about });
}

function linesOverlay<Type extends string>(type: Type) {
  return table({
    type: z.literal(type),
    lines,
    section: section.exactOptional(),
    package: packageSelector,
    ...about,
  }).superRefine(packageNeedsSection);
}

function packageNeedsSection(
  overlay: { readonly package?: string; readonly section?: string },
  context: z.RefinementCtx,
): void {
  if (overlay.package && overlay.section === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['package'],
      message: 'a package can only be chosen together with a section',
    });
  }
}

export const overlay = z
  .discriminatedUnion('type', [
    tagOverlay('spec-add-tag'),
    tagOverlay('spec-insert-tag'),
    tagOverlay('spec-set-tag'),
    tagOverlay('spec-update-tag'),
    table({
      type: z.literal('spec-remove-tag'),
      tag,
      value: z.string().describe('Remove only instances with this value.').exactOptional(),
      package: packageSelector,
      ...about,
    }),
    linesOverlay('spec-prepend-lines'),
    linesOverlay('spec-append-lines'),
    table({
      type: z.literal('spec-search-replace'),
      regex,
      replacement,
      section: section.exactOptional(),
      package: packageSelector,
      ...about,
    }).superRefine(packageNeedsSection),
    table({ type: z.literal('spec-remove-section'), section: section.min(1), package: packageSelector, ...about }),
    table({
      type: z.literal('spec-remove-subpackage').meta(sinceAugust),
      package: text('Subpackage, exactly as its section headers write it.'),
      ...about,
    }),
    table({
      type: z.literal('patch-add'),
      source,
      file: innerPath('Name of the patch among the sources; omitted: the base name of the source.').exactOptional(),
      package: packageSelector,
      ...about,
    }),
    table({ type: z.literal('patch-remove'), file, ...about }),
    table({ type: z.literal('file-add'), file, source, ...about }),
    table({ type: z.literal('file-remove'), file, archive, ...about }),
    table({
      type: z.literal('file-rename'),
      file,
      replacement: z
        .string()
        .min(1)
        .refine((name) => !name.includes('/') && name !== '.' && name !== '..', 'must be a bare file name')
        .describe('The new name, in the same directory.'),
      ...about,
    }),
    table({ type: z.literal('file-prepend-lines'), file, lines, ...about }),
    table({ type: z.literal('file-search-replace'), file, regex, replacement, archive, ...about }),
  ])
  .meta({
    id: 'Overlay',
    description: 'One change to the spec or the sources of a component.',
  }) satisfies z.ZodType<Overlay>;

export type OverlayEntry = z.output<typeof overlay>;

/** Every key that some overlay type has: azldev reads all of them on every type and ignores those without effect. */
export const overlayKeys = [
  'type',
  'description',
  'metadata',
  'file',
  'archive',
  'section',
  'package',
  'tag',
  'value',
  'regex',
  'replacement',
  'lines',
  'source',
];

/** An overlay file: one logical change with its reason (azldev of August 2026). */
export const overlayFile = table({
  $schema: z.string().describe('Address of the JSON Schema, for editors.').exactOptional(),
  metadata: overlayMetadata,
  overlays: z.array(overlay).min(1).describe('The changes; they carry no metadata of their own.'),
}).superRefine((document, context) => {
  document.overlays.forEach((entry, index) => {
    if (entry.metadata !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['overlays', index, 'metadata'],
        message: 'the metadata of an overlay file stands once, in [metadata]',
      });
    }
  });
});
