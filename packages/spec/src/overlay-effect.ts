import { lowered } from './letter-case.ts';
import type { OverlayType } from './overlay.ts';
import { parseTag } from './spec-line.ts';
import type { SpecText } from './spec-text.ts';

/**
 * Whether an overlay changed what a spec says. One that sets a tag writes the line anew even where the value is there
 * already: blanks around it and the letter case of its name are no effect.
 */
export function hasEffect(overlay: { readonly type?: OverlayType }, before: SpecText, after: SpecText): boolean {
  if (before.text === after.text) {
    return false;
  }
  const setsTag = overlay.type === 'spec-set-tag' || overlay.type === 'spec-update-tag';
  return !setsTag || !saySame(before.text.split('\n'), after.text.split('\n'));
}

function saySame(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && before.every((line, index) => isSameTag(line, after[index] as string));
}

function isSameTag(before: string, after: string): boolean {
  if (before === after) {
    return true;
  }
  const [old, now] = [parseTag(before), parseTag(after)];
  return old !== undefined && old.value === now?.value && lowered(old.tag) === lowered(now.tag);
}
