import { formatCount, SlipwayError } from '@slipway/core';
import type { ArchiveLimits } from './archive-limits.ts';
import { quoteMember } from './member-path.ts';
import type { Region } from './scratch-file.ts';

/** Names and targets are byte strings; modes are permission bits (octal 0777). */
export type ArchiveMember =
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'file'; readonly mode: number; readonly content: Region }
  | { readonly kind: 'symlink'; readonly target: string };

/** Directories that an archive does not mention get the mode that they would get when it is unpacked. */
const impliedDirectory: ArchiveMember = { kind: 'directory', mode: 0o755 };

/** The members of an archive by normalised path; every member's directory is a member. */
export class ArchiveTree {
  readonly #members = new Map<string, ArchiveMember>();
  readonly #limits: ArchiveLimits;
  #nameBytes = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  get(path: string): ArchiveMember | undefined {
    return this.#members.get(path);
  }

  /**
   * Adds a member and the directories above it. A directory may come again: its last mode counts. Throws
   * `SPEC_ARCHIVE_UNSAFE` when something else has the name or is where a directory must be, and `CORE_LIMIT`.
   */
  add(path: string, member: ArchiveMember): void {
    const before = this.#members.get(path);
    if (before !== undefined && (before.kind !== 'directory' || member.kind !== 'directory')) {
      throw conflict(path);
    }
    if (before === undefined) {
      this.#addParents(path);
      this.#count(path.length + (member.kind === 'symlink' ? member.target.length : 0));
    }
    this.#members.set(path, member);
  }

  /** Other content for a file that is there. */
  replace(path: string, member: ArchiveMember & { readonly kind: 'file' }): void {
    this.#members.set(path, member);
  }

  /** Its directory stays, even when that is empty now. */
  remove(path: string): void {
    this.#members.delete(path);
  }

  /**
   * Where patterns begin: the only member at the top with a final slash when that is a directory, else the archive
   * itself (empty).
   */
  root(): string {
    const top = [...this.#members].filter(([path]) => !path.includes('/'));
    const [first] = top;
    return top.length === 1 && first?.[1].kind === 'directory' ? `${first[0]}/` : '';
  }

  /** Every directory before what is in it, names in the order of their bytes. */
  sorted(): [path: string, member: ArchiveMember][] {
    const keyed = [...this.#members].map(([path, member]) => ({ key: path.replaceAll('/', '\0'), path, member }));
    keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
    return keyed.map(({ path, member }) => [path, member]);
  }

  /** From the nearest up to the first that is there: those above it were added with it. */
  #addParents(path: string): void {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const parent = path.slice(0, slash);
      const found = this.#members.get(parent);
      if (found?.kind === 'directory') {
        return;
      }
      if (found !== undefined) {
        throw conflict(parent);
      }
      this.#count(parent.length);
      this.#members.set(parent, impliedDirectory);
    }
  }

  #count(nameBytes: number): void {
    this.#nameBytes += nameBytes;
    if (this.#members.size >= this.#limits.members) {
      throw new SlipwayError('CORE_LIMIT', `it has more than ${formatCount(this.#limits.members)} members`);
    }
    if (this.#nameBytes > this.#limits.nameBytes) {
      throw new SlipwayError('CORE_LIMIT', `its names have more than ${formatCount(this.#limits.nameBytes)} bytes`);
    }
  }
}

function conflict(path: string): SlipwayError {
  return new SlipwayError('SPEC_ARCHIVE_UNSAFE', `it has two different members of the name ${quoteMember(path)}`, {
    hint: 'programs disagree on which of them counts: use an archive of upstream that has each name once',
    data: { member: quoteMember(path) },
  });
}
