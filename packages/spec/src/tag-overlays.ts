import { toByteText } from './byte-text.ts';
import { depthChange } from './conditionals.ts';
import { equalFold, lowered } from './letter-case.ts';
import type { OverlayMode, SpecOverlay } from './overlay.ts';
import { noSection, noTag } from './overlay-target.ts';
import { insertion, type LineSplice, removal, type SpecLines } from './spec-lines.ts';
import { type SpecSection, sectionsOf, type TagLine, tagsOf } from './spec-sections.ts';

export type SetTag = Extract<SpecOverlay, { value: string }>;
type RemoveTag = Extract<SpecOverlay, { type: 'spec-remove-tag' }>;

function tagText({ tag, value }: { tag: string; value?: string }): string {
  return toByteText(`${tag}: ${value ?? ''}`);
}

/** The preamble, or the `%package` sections that name the package. */
function homeSections(lines: SpecLines, overlay: { package?: string }, mode: OverlayMode): SpecSection[] {
  const packageName = toByteText(overlay.package ?? '');
  const name = packageName === '' ? '' : '%package';
  const homes = sectionsOf(lines, mode).filter((section) => section.name === name && section.package === packageName);
  if (homes.length === 0) {
    throw noSection(lines, { section: name, package: overlay.package ?? '' }, mode);
  }
  return homes;
}

/** The last line of each section, blank lines and all. Never looks for an existing tag. */
export function planAddTag(lines: SpecLines, overlay: SetTag, mode: OverlayMode): LineSplice[] {
  const homes = homeSections(lines, overlay, mode);
  const text = tagText(overlay);
  return homes.map(({ end }) => insertion(end, [text]));
}

/** After the last tag of the family (`Source0` and `source12` are one), else the last tag, else as `planAddTag`. */
export function planInsertTag(lines: SpecLines, overlay: SetTag, mode: OverlayMode): LineSplice[] {
  const homes = homeSections(lines, overlay, mode);
  const tags = homes.flatMap((section) => tagsOf(lines, section));
  const family = familyOf(toByteText(overlay.tag));
  const anchor = tags.findLast(({ tag }) => familyOf(tag) === family) ?? tags.at(-1);
  if (anchor === undefined) {
    return planAddTag(lines, overlay, mode);
  }
  const end = (homes.at(-1) as SpecSection).end;
  return [insertion(afterConditional(lines, { line: anchor.line, end }, mode), [tagText(overlay)])];
}

/** Lower-cased name without trailing digits; a name of digits only is its own family. */
function familyOf(tag: string): string {
  const name = lowered(tag);
  let end = name.length;
  while (end > 0 && isDigit(name.charCodeAt(end - 1))) {
    end--;
  }
  return end === 0 ? name : name.slice(0, end);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The place after `line`, or after the `%endif` that closes the conditional around it, if that comes before `end`. */
function afterConditional(lines: SpecLines, { line, end }: { line: number; end: number }, mode: OverlayMode): number {
  let depth = 0;
  for (let index = 0; index <= line; index++) {
    depth += depthChange(lines.at(index) as string, mode);
  }
  if (depth > 0) {
    for (let index = line + 1; index < end; index++) {
      depth += depthChange(lines.at(index) as string, mode);
      if (depth <= 0) {
        return index + 1;
      }
    }
  }
  return line + 1;
}

/** All tags of the package in the preamble or `%package` sections, whatever branch of a conditional they are in. */
function tagsOfPackage(lines: SpecLines, overlay: { package?: string }, mode: OverlayMode): TagLine[] {
  const packageName = toByteText(overlay.package ?? '');
  return sectionsOf(lines, mode)
    .filter((section) => section.package === packageName)
    .flatMap((section) => tagsOf(lines, section));
}

export function planSetTag(lines: SpecLines, overlay: SetTag, mode: OverlayMode): LineSplice[] {
  return updatedTags(lines, overlay, mode) ?? planAddTag(lines, overlay, mode);
}

export function planUpdateTag(lines: SpecLines, overlay: SetTag, mode: OverlayMode): LineSplice[] {
  const updated = updatedTags(lines, overlay, mode);
  if (updated === undefined) {
    throw noTag(lines, { tag: overlay.tag }, mode);
  }
  return updated;
}

/** Every instance replaced, or undefined when there is none. */
function updatedTags(lines: SpecLines, overlay: SetTag, mode: OverlayMode): LineSplice[] | undefined {
  const name = lowered(toByteText(overlay.tag));
  const found = tagsOfPackage(lines, overlay, mode).filter(({ tag }) => lowered(tag) === name);
  const text = tagText(overlay);
  return found.length === 0 ? undefined : found.map(({ line }) => ({ at: line, removed: 1, inserted: [text] }));
}

/** Every instance, or with a value those that have it, without regard to case. */
export function planRemoveTag(lines: SpecLines, overlay: RemoveTag, mode: OverlayMode): LineSplice[] {
  const name = lowered(toByteText(overlay.tag));
  const wanted = toByteText(overlay.value ?? '');
  const found = tagsOfPackage(lines, overlay, mode).filter(
    ({ tag, value }) => lowered(tag) === name && (wanted === '' || equalFold(value, wanted)),
  );
  if (found.length === 0) {
    throw noTag(lines, overlay, mode);
  }
  return found.map(({ line }) => removal(line));
}
