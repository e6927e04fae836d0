import { formatCount, SlipwayError } from '@slipway/core';
import { fromByteText } from '../byte-text.ts';
import { type DeviationChange, describeChange, isText } from '../deviation.ts';
import { isInGit, isSpec, searchedBytesLimit } from '../file-overlays.ts';
import { compileByteFileGlob } from '../glob.ts';
import { nearestLines } from '../nearest-lines.ts';
import type { ArchiveOverlay } from '../overlay.ts';
import { Re2 } from '../re2.ts';
import { throwIfCancelled } from './archive-progress.ts';
import type { ArchiveMember, ArchiveTree } from './archive-tree.ts';
import { quoteMember } from './member-path.ts';
import type { ScratchFile } from './scratch-file.ts';

/** A whole vendor directory may go: what it held is counted, and shown up to here. */
const shownDiffCharacters = 4 << 20;
const namedPaths = 5;

export interface ArchiveEditOptions {
  /** Where the content of the archive is. */
  readonly scratch: ScratchFile;
  readonly signal: AbortSignal | undefined;
}

interface Match {
  readonly path: string;
  readonly member: ArchiveMember;
}

/**
 * The overlays of one archive on what it unpacked to. Patterns begin at the archive's single top directory, if it has
 * one, and match files and symbolic links, except specs and what git keeps for itself; links are never followed.
 */
export class ArchiveEditor {
  readonly #name: string;
  readonly #tree: ArchiveTree;
  readonly #scratch: ScratchFile;
  readonly #root: string;
  readonly #signal: AbortSignal | undefined;

  /** `name` is that of the archive, for the paths in diffs. */
  constructor(name: string, tree: ArchiveTree, { scratch, signal }: ArchiveEditOptions) {
    this.#name = name;
    this.#tree = tree;
    this.#scratch = scratch;
    this.#root = tree.root();
    this.#signal = signal;
  }

  /** Throws `SPEC_NO_FILE`, `SPEC_NO_MATCH`, `SPEC_BAD_GLOB`, `SPEC_BAD_REGEX` and `CORE_LIMIT`. */
  async apply(overlay: ArchiveOverlay): Promise<DeviationChange[]> {
    return overlay.type === 'file-remove' ? this.#remove(overlay.file) : this.#searchReplace(overlay);
  }

  async #remove(pattern: string): Promise<DeviationChange[]> {
    const changes = new BoundedChanges();
    for (const { path, member } of this.#matches(pattern, () => true)) {
      throwIfCancelled(this.#signal);
      const label = this.#label(path);
      if (member.kind === 'file') {
        changes.add({ path: label, before: await this.#readDiffed(member), after: undefined });
      } else {
        changes.addPlain({ path: label, kind: 'removed', linesAdded: 0, linesRemoved: 0, diff: '' });
      }
      this.#tree.remove(path);
    }
    return changes.list;
  }

  async #searchReplace(overlay: Extract<ArchiveOverlay, { type: 'file-search-replace' }>): Promise<DeviationChange[]> {
    const expression = new Re2(overlay.regex);
    const changes = new BoundedChanges();
    const matches = this.#matches(overlay.file, ({ kind }) => kind === 'file');
    for (const { path, member } of matches) {
      throwIfCancelled(this.#signal);
      if (member.kind === 'file') {
        const before = await this.#readSearched(path, member);
        const text = expression.replaceAll(before.toString('latin1'), overlay.replacement ?? '');
        const after = Buffer.from(text, 'latin1');
        if (!after.equals(before)) {
          this.#tree.replace(path, { ...member, content: await this.#scratch.append([after]) });
          changes.add({ path: this.#label(path), before, after });
        }
      }
    }
    if (changes.list.length === 0) {
      throw this.#noMatch(overlay.regex, matches);
    }
    return changes.list;
  }

  #matches(pattern: string, isCandidate: (member: ArchiveMember) => boolean): Match[] {
    const matches = compileByteFileGlob(pattern);
    const candidates: Match[] = [];
    for (const [path, member] of this.#tree.sorted()) {
      const inner = this.#inner(path);
      if (member.kind !== 'directory' && isCandidate(member) && !isSpec(inner) && !isInGit(inner)) {
        candidates.push({ path, member });
      }
    }
    const found = candidates.filter(({ path }) => matches(this.#inner(path)));
    if (found.length === 0) {
      throw this.#noFile(pattern, candidates);
    }
    return found;
  }

  #noFile(pattern: string, candidates: readonly Match[]): SlipwayError {
    const names = candidates.map(({ path }, index) => ({ line: index + 1, text: fromByteText(this.#inner(path)) }));
    const begins = this.#root === '' ? 'at the root of the archive' : `in ${quoteMember(this.#root)}`;
    return new SlipwayError('SPEC_NO_FILE', `no file in ${this.#name} matches ${JSON.stringify(pattern)}`, {
      hint: `a pattern starts ${begins} and names files: directory/** is everything in a directory`,
      data: { nearest: nearestLines(names, pattern).map(({ text }) => text) },
    });
  }

  #noMatch(regex: string, matches: readonly Match[]): SlipwayError {
    const named = matches.slice(0, namedPaths).map(({ path }) => quoteMember(this.#inner(path)));
    const more = matches.length > namedPaths ? ` and ${formatCount(matches.length - namedPaths)} more` : '';
    const where = `${named.join(', ')}${more} in ${this.#name}`;
    return new SlipwayError('SPEC_NO_MATCH', `${JSON.stringify(regex)} changes nothing in ${where}`, {
      hint: 'the expression sees the whole file: ^ and $ mean its ends unless it begins with (?m)',
    });
  }

  async #readSearched(path: string, { content }: ArchiveMember & { kind: 'file' }): Promise<Buffer> {
    if (content.sizeBytes > searchedBytesLimit) {
      throw new SlipwayError(
        'CORE_LIMIT',
        `${quoteMember(path)} in ${this.#name} has ${formatCount(content.sizeBytes)} bytes: expressions search up to ${formatCount(searchedBytesLimit)}`,
        { hint: 'use a pattern that leaves this file out' },
      );
    }
    return this.#scratch.readWhole(content);
  }

  /** Content that is too large for a diff is not read for one. */
  async #readDiffed({ content }: ArchiveMember & { kind: 'file' }): Promise<Buffer> {
    return content.sizeBytes > searchedBytesLimit ? Buffer.alloc(1) : this.#scratch.readWhole(content);
  }

  #inner(path: string): string {
    return path.slice(this.#root.length);
  }

  #label(path: string): string {
    return `${this.#name}!${fromByteText(path)}`;
  }
}

interface ContentChange {
  readonly path: string;
  readonly before: Buffer;
  readonly after: Buffer | undefined;
}

/** Changes with their diffs, until those are longer than anyone reads; after that lines are only counted. */
class BoundedChanges {
  readonly list: DeviationChange[] = [];
  #shown = 0;

  add(change: ContentChange): void {
    if (this.#shown < shownDiffCharacters) {
      const described = describeChange(change);
      this.#shown += described.diff.length;
      this.list.push(described);
    } else if (change.after === undefined) {
      const linesRemoved = isText(change.before) ? lineCount(change.before) : 0;
      this.list.push({ path: change.path, kind: 'removed', linesAdded: 0, linesRemoved, diff: '' });
    } else {
      this.list.push({ ...describeChange(change), diff: '' });
    }
  }

  addPlain(change: DeviationChange): void {
    this.list.push(change);
  }
}

/** The last line may lack its end. */
function lineCount(bytes: Buffer): number {
  let count = bytes.length > 0 && bytes.at(-1) !== 0x0a ? 1 : 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    count++;
  }
  return count;
}
