import { toByteText } from './byte-text.ts';
import { depthChange } from './conditionals.ts';
import { equalFold, lowered } from './letter-case.ts';
import { insertAt } from './line-overlays.ts';
import type { OverlayMode, SpecOverlay } from './overlay.ts';
import { noSection, noTag } from './overlay-target.ts';
import { type SpecSection, sectionsOf, type TagLine, tagsOf } from './spec-sections.ts';

export type SetTag = Extract<SpecOverlay, { value: string }>;
type RemoveTag = Extract<SpecOverlay, { type: 'spec-remove-tag' }>;

function tagText({ tag, value }: { tag: string; value?: string }): string {
  return toByteText(`${tag}: ${value ?? ''}`);
}

/** The preamble, or the `%package` sections that name the package. */
function homeSections(lines: readonly string[], overlay: { package?: string }, mode: OverlayMode): SpecSection[] {
  const packageName = toByteText(overlay.package ?? '');
  const name = packageName === '' ? '' : '%package';
  const homes = sectionsOf(lines, mode).filter((section) => section.name === name && section.package === packageName);
  if (homes.length === 0) {
    throw noSection(lines, { section: name, package: overlay.package ?? '' }, mode);
  }
  return homes;
}

/** The last line of each section, blank lines and all. Never looks for an existing tag. */
export function addTag(lines: readonly string[], overlay: SetTag, mode: OverlayMode): string[] {
  const homes = homeSections(lines, overlay, mode);
  const text = tagText(overlay);
  return homes.reduceRight<string[]>((result, { end }) => insertAt(result, end, [text]), [...lines]);
}

/** After the last tag of the family (`Source0` and `source12` are one), else the last tag, else as `addTag`. */
export function insertTag(lines: readonly string[], overlay: SetTag, mode: OverlayMode): string[] {
  const homes = homeSections(lines, overlay, mode);
  const tags = homes.flatMap((section) => tagsOf(lines, section));
  const family = familyOf(toByteText(overlay.tag));
  const anchor = tags.findLast(({ tag }) => familyOf(tag) === family) ?? tags.at(-1);
  if (anchor === undefined) {
    return addTag(lines, overlay, mode);
  }
  const end = (homes.at(-1) as SpecSection).end;
  return insertAt(lines, afterConditional(lines, { line: anchor.line, end }, mode), [tagText(overlay)]);
}

/** Lower-cased name without trailing digits; a name of digits only is its own family. */
function familyOf(tag: string): string {
  const name = lowered(tag);
  return name.replace(/[0-9]+$/, '') || name;
}

/** The place after `line`, or after the `%endif` that closes the conditional around it, if that comes before `end`. */
function afterConditional(
  lines: readonly string[],
  { line, end }: { line: number; end: number },
  mode: OverlayMode,
): number {
  let depth = 0;
  for (let index = 0; index <= line; index++) {
    depth += depthChange(lines[index] as string, mode);
  }
  if (depth > 0) {
    for (let index = line + 1; index < end; index++) {
      depth += depthChange(lines[index] as string, mode);
      if (depth <= 0) {
        return index + 1;
      }
    }
  }
  return line + 1;
}

/** All tags of the package in the preamble or `%package` sections, whatever branch of a conditional they are in. */
function tagsOfPackage(lines: readonly string[], overlay: { package?: string }, mode: OverlayMode): TagLine[] {
  const packageName = toByteText(overlay.package ?? '');
  return sectionsOf(lines, mode)
    .filter((section) => section.package === packageName)
    .flatMap((section) => tagsOf(lines, section));
}

export function setTag(lines: readonly string[], overlay: SetTag, mode: OverlayMode): string[] {
  return updatedTags(lines, overlay, mode) ?? addTag(lines, overlay, mode);
}

export function updateTag(lines: readonly string[], overlay: SetTag, mode: OverlayMode): string[] {
  const updated = updatedTags(lines, overlay, mode);
  if (updated === undefined) {
    throw noTag(lines, { tag: overlay.tag }, mode);
  }
  return updated;
}

/** Every instance replaced, or undefined when there is none. A value that is there already is no change of its blanks. */
function updatedTags(lines: readonly string[], overlay: SetTag, mode: OverlayMode): string[] | undefined {
  const name = lowered(toByteText(overlay.tag));
  const found = tagsOfPackage(lines, overlay, mode).filter(({ tag }) => lowered(tag) === name);
  const text = tagText(overlay);
  const value = toByteText(overlay.value).trim();
  const isThere = found.every((each) => each.value === value);
  const numbers = new Set(isThere ? [] : found.map(({ line }) => line));
  return found.length === 0 ? undefined : lines.map((line, index) => (numbers.has(index) ? text : line));
}

/** Every instance, or with a value those that have it, without regard to case. */
export function removeTag(lines: readonly string[], overlay: RemoveTag, mode: OverlayMode): string[] {
  const name = lowered(toByteText(overlay.tag));
  const wanted = toByteText(overlay.value ?? '');
  const found = tagsOfPackage(lines, overlay, mode).filter(
    ({ tag, value }) => lowered(tag) === name && (wanted === '' || equalFold(value, wanted)),
  );
  if (found.length === 0) {
    throw noTag(lines, overlay, mode);
  }
  const numbers = new Set(found.map(({ line }) => line));
  return lines.filter((_, index) => !numbers.has(index));
}
