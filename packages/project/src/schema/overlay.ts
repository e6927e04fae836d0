import { SlipwayError } from '@slipway/core';
import { type Overlay, Re2 } from '@slipway/spec';
import { list } from '../definition/collection-kinds.ts';
import type { Definition, Output } from '../definition/definition.ts';
import { literal, string } from '../definition/scalar-kinds.ts';
import { type Report, table, tagged } from '../definition/table.ts';
import type { Generation } from '../generation.ts';
import { overlayMetadata } from './overlay-metadata.ts';
import { filePath, innerPath, text } from './scalars.ts';

const about = {
  description: string().describe('What the overlay does, in one sentence.').optional(),
  metadata: overlayMetadata.optional(),
};
const packageSelector = string()
  .describe('Subpackage, exactly as its section header writes it; omitted or empty: the main package.')
  .optional();
const section = text('Section header such as %install, with its spelling.');
const optionalSection = string()
  .describe('Section header such as %install, with its spelling; omitted: see the overlay type.')
  .optional();
const tag = text('Name of the tag, such as Requires(post); compared without regard to case.');
const tagValue = text('Value of the tag.');
const lines = list(string(), 1).describe('Lines of text, without line ends.');
const regex = string({ minLength: 1, mistake: mistakeOfRegex }).describe('Regular expression in RE2 syntax.');
const replacement = string().describe('Literal replacement text; $1 and \\1 are not expanded.').optional();
const source = filePath('File to copy, relative to the file that this is written in.');
const archive = innerPath('Source archive inside which the overlay works.').since('august-2026').optional();
const file = innerPath('Glob of the files in the prepared sources to which the overlay applies.');

function mistakeOfRegex(pattern: string): string | undefined {
  try {
    new Re2(pattern);
    return undefined;
  } catch (failure) {
    if (!(failure instanceof SlipwayError)) {
      throw failure;
    }
    return failure.message;
  }
}

/** Keys that azldev reads on every overlay type and ignores where they have no effect; elsewhere it refuses `archive`. */
const idleKeys: ReadonlySet<string> = new Set([
  'type',
  'description',
  'metadata',
  'file',
  'section',
  'package',
  'tag',
  'value',
  'regex',
  'replacement',
  'lines',
  'source',
]);

/** A section would narrow what is removed, which azldev refuses. */
const idleKeysOfSubpackage: ReadonlySet<string> = new Set([...idleKeys].filter((key) => key !== 'section'));

function overlayTable<Type extends string, S extends Readonly<Record<string, Definition<unknown>>>>(
  type: Type,
  fields: S,
  since?: Generation,
) {
  const name = literal(type);
  const shape = { type: since === undefined ? name : name.since(since), ...fields, ...about };
  return table(shape).ignoring(idleKeys, `an overlay of type ${type}`);
}

function tagOverlay<Type extends string>(type: Type) {
  return overlayTable(type, { tag, value: tagValue, package: packageSelector });
}

/** Overlays that work on a section, the main package of which cannot be chosen by leaving the section out. */
const inSection = { section: optionalSection, package: packageSelector };

function packageNeedsSection(overlay: { readonly package?: string; readonly section?: string }, report: Report): void {
  if (overlay.package && overlay.section === undefined) {
    report('a package can only be chosen together with a section', ['package']);
  }
}

const sectionKeys = ['section', 'package'];

export const overlay = tagged([
  tagOverlay('spec-add-tag'),
  tagOverlay('spec-insert-tag'),
  tagOverlay('spec-set-tag'),
  tagOverlay('spec-update-tag'),
  overlayTable('spec-remove-tag', {
    tag,
    value: string().describe('Remove only instances with this value.').optional(),
    package: packageSelector,
  }),
  overlayTable('spec-prepend-lines', { lines, ...inSection }).check(sectionKeys, packageNeedsSection),
  overlayTable('spec-append-lines', { lines, ...inSection }).check(sectionKeys, packageNeedsSection),
  overlayTable('spec-search-replace', { regex, replacement, ...inSection }).check(sectionKeys, packageNeedsSection),
  overlayTable('spec-remove-section', { section, package: packageSelector }),
  overlayTable(
    'spec-remove-subpackage',
    { package: text('Subpackage, exactly as its section headers write it.') },
    'august-2026',
  ).ignoring(idleKeysOfSubpackage, 'an overlay of type spec-remove-subpackage'),
  overlayTable('patch-add', {
    source,
    file: innerPath('Name of the patch among the sources; omitted: the base name of the source.').optional(),
    package: packageSelector,
  }),
  overlayTable('patch-remove', { file }),
  overlayTable('file-add', { file, source }),
  overlayTable('file-remove', { file, archive }),
  overlayTable('file-rename', {
    file,
    replacement: string({
      minLength: 1,
      mistake: (name) => (/^\.{1,2}$|\//.test(name) ? 'must be a bare file name' : undefined),
    }).describe('The new name, in the same directory.'),
  }),
  overlayTable('file-prepend-lines', { file, lines }),
  overlayTable('file-search-replace', { file, regex, replacement, archive }),
]).named('Overlay', 'One change to the spec or the sources of a component.') satisfies Definition<Overlay>;

export type OverlayEntry = Output<typeof overlay>;

/** An overlay file: one logical change with its reason (azldev of August 2026). */
export const overlayFile = table({
  $schema: string().describe('Address of the JSON Schema, for editors.').optional(),
  metadata: overlayMetadata,
  overlays: list(overlay, 1).describe('The changes; they carry no metadata of their own.'),
}).check(['overlays'], ({ overlays }, report) => {
  overlays.forEach((entry, index) => {
    if (entry.metadata !== undefined) {
      report('the metadata of an overlay file stands once, in [metadata]', ['overlays', index, 'metadata']);
    }
  });
});
