import { canonicalJson } from '@slipway/core';
import { depthChange } from '../conditionals.ts';
import { parseLine } from '../spec-line.ts';
import type { FindingDraft } from './lint-finding.ts';
import type { LintInput, OverlayFields } from './lint-input.ts';
import { shown } from './lint-rule.ts';
import { isSingle, tagKey } from './tag-kinds.ts';

/** The same overlay twice: the second adds again, or finds nothing. */
export function duplicates(overlays: readonly OverlayFields[]): FindingDraft[] {
  const first = new Map<string, number>();
  return overlays.flatMap((overlay, index): FindingDraft[] => {
    const key = overlayKey(overlay);
    const earlier = first.get(key);
    first.set(key, earlier ?? index);
    return earlier === undefined
      ? []
      : [
          {
            code: 'duplicate-overlay',
            overlay: index,
            message: `it says the same as overlay ${earlier + 1}`,
            suggestion: { text: 'remove one of the two' },
          },
        ];
  });
}

/** What an overlay does, without what explains it. */
export function overlayKey(overlay: OverlayFields): string {
  return canonicalJson({ ...overlay, at: undefined, description: undefined, metadata: undefined });
}

const setting = ['spec-set-tag', 'spec-update-tag'];
const adding = ['spec-add-tag', 'spec-insert-tag'];

/** A tag that two overlays write: the earlier one is without effect, or a single tag is there twice. */
export function tagsSetTwice(overlays: readonly OverlayFields[]): FindingDraft[] {
  const written = new Map<string, number>();
  return overlays.flatMap((overlay, index): FindingDraft[] => {
    const { type = '', tag = '' } = overlay;
    const key = tagKey(overlay);
    const writes = setting.includes(type) || (adding.includes(type) && isSingle(tag));
    const earlier = writes ? written.get(key) : undefined;
    if (writes) {
      written.set(key, index);
    } else if (type === 'spec-remove-tag') {
      written.delete(key);
    }
    if (earlier === undefined || overlayKey(overlays[earlier] as OverlayFields) === overlayKey(overlay)) {
      return [];
    }
    const then = setting.includes(type) ? `overlay ${index + 1} overwrites it` : `overlay ${index + 1} adds it again`;
    const message = `${tag} becomes ${shown(overlays[earlier]?.value ?? '')}, and ${then}`;
    return [{ code: 'tag-set-twice', overlay: earlier, message, suggestion: { text: 'keep one of the two' } }];
  });
}

/** A tag that one overlay writes and a later one removes. */
export function tagsUndone(overlays: readonly OverlayFields[]): FindingDraft[] {
  const written = new Map<string, Map<string, number>>();
  return overlays.flatMap((overlay, index): FindingDraft[] => {
    const { type = '', value = '' } = overlay;
    const values = written.get(tagKey(overlay)) ?? new Map<string, number>();
    if (setting.includes(type) || adding.includes(type)) {
      written.set(tagKey(overlay), values.set(value.toLowerCase(), index));
      return [];
    }
    if (type !== 'spec-remove-tag') {
      return [];
    }
    const gone = [...values].filter(([each]) => value === '' || each === value.toLowerCase());
    for (const [each] of gone) {
      values.delete(each);
    }
    return gone.map(([, earlier]) => undone(earlier, index));
  });
}

export function undone(earlier: number, later: number): FindingDraft {
  return {
    code: 'overlay-undone',
    overlay: earlier,
    message: `overlay ${later + 1} undoes it`,
    suggestion: { text: 'remove both, or the one that is wrong' },
  };
}

/** A replacement that a later overlay replaces back. Only plain text is compared. */
export function replacementsUndone(overlays: readonly OverlayFields[]): FindingDraft[] {
  const made = new Map<string, number>();
  return overlays.flatMap((overlay, index): FindingDraft[] => {
    const { type, section = '', package: packageName = '', regex = '', replacement = '', file = '' } = overlay;
    if (!type?.endsWith('-search-replace')) {
      return [];
    }
    const place = [type, section, packageName, file];
    const from = plainText(regex);
    const earlier = from === undefined ? undefined : made.get(canonicalJson([...place, from, replacement]));
    if (from !== undefined) {
      made.set(canonicalJson([...place, replacement, from]), index);
    }
    return earlier === undefined ? [] : [undone(earlier, index)];
  });
}

/** The text that an expression of quoted and plain characters stands for. */
function plainText(regex: string): string | undefined {
  const text = regex.replace(/\\([^0-9A-Za-z])/g, '$1');
  return /[*+?()|[\]^$]/.test(regex.replace(/\\[^]/g, '')) || /\\[0-9A-Za-z]/.test(regex) ? undefined : text;
}

/** What an overlay addresses after an earlier one removed it. */
export function removedTargets(overlays: readonly OverlayFields[]): FindingDraft[] {
  const gone = new Map<string, number>();
  return overlays.flatMap((overlay, index): FindingDraft[] => {
    const target = targetKey(overlay);
    const earlier = target === undefined ? undefined : (gone.get(target) ?? gone.get(anySection(overlay)));
    for (const text of [...(overlay.lines ?? []), overlay.replacement ?? '']) {
      forgetHeaders(gone, text);
    }
    if (overlay.type === 'spec-remove-section') {
      gone.set(target ?? '', index);
    } else if (overlay.type === 'spec-remove-subpackage') {
      gone.set(anySection(overlay), index);
    }
    const isRepeated = earlier !== undefined && overlayKey(overlays[earlier] as OverlayFields) === overlayKey(overlay);
    return earlier === undefined || isRepeated ? [] : [removedBy(earlier, index)];
  });
}

function removedBy(earlier: number, index: number): FindingDraft {
  return {
    code: 'target-removed',
    overlay: index,
    message: `what it changes is gone: overlay ${earlier + 1} removes it`,
    suggestion: { text: 'remove the overlay, or move it before the other' },
  };
}

/** The section that an overlay must find; a tag needs the %package of its package. */
function targetKey({ type = 'file-add', section = '', package: packageName = '' }: OverlayFields): string | undefined {
  if (type.endsWith('-tag')) {
    return packageName === '' ? undefined : `%package\0${packageName}`;
  }
  // without a package, search-and-replace looks at every section of that name
  const isExact = type.startsWith('spec-') && section !== '' && (type !== 'spec-search-replace' || packageName !== '');
  return isExact ? `${section}\0${packageName}` : undefined;
}

function anySection({ package: packageName = '' }: OverlayFields): string {
  return `\0${packageName}`;
}

/** Text with a section header may bring back what was removed. */
function forgetHeaders(gone: Map<string, number>, text: string): void {
  const names = new Set(
    text.split('\n').flatMap((line) => {
      const parsed = parseLine(line, 'text');
      return parsed.kind === 'header' ? [parsed.name] : [];
    }),
  );
  if (names.size > 0) {
    for (const key of gone.keys()) {
      if (key.startsWith('\0') || names.has(key.slice(0, key.indexOf('\0')))) {
        gone.delete(key);
      }
    }
  }
}

/** Lines that open a conditional which no overlay closes. Unknown where another overlay may have changed one. */
export function unbalancedLines(
  overlays: readonly OverlayFields[],
  { mode = 'august-2026' }: LintInput,
): FindingDraft[] {
  if (overlays.some(mayChangeConditionals)) {
    return [];
  }
  const depths = overlays.map(({ lines = [] }) =>
    lines.flatMap((line) => line.split('\n')).reduce((depth, line) => depth + depthChange(line, mode), 0),
  );
  const total = depths.reduce((sum, depth) => sum + depth, 0);
  const overlay = depths.findIndex((depth) => Math.sign(depth) === Math.sign(total));
  const message = total > 0 ? 'its lines open an %if that nothing closes' : 'its lines have an %endif without an %if';
  return total === 0 ? [] : [{ code: 'lines-unbalanced', overlay, message }];
}

function mayChangeConditionals({ type, regex = '', replacement = '' }: OverlayFields): boolean {
  const removes = type === 'spec-remove-section' || type === 'spec-remove-subpackage';
  return removes || /if/i.test(regex) || /%(?:if|endif)/i.test(replacement);
}
