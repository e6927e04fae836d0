import { SlipwayError, type SourcePosition } from '@slipway/core';
import type { ChangelogEntry } from '@slipway/rpm';
import type { ImportedSpec } from './imported-spec.ts';
import { FilesReader } from './read-files-line.ts';
import { PreambleReader } from './read-preamble.ts';
import { unescapeMacros } from './spec-text.ts';

/** Characters; the largest imported spec (texlive documentation) has 20 million. */
const textLimit = 256 << 20;

/** The spec after overlays. */
export interface EffectiveSpec extends ImportedSpec {
  /** Paths of %exclude lines: not packaged, whatever else is said of them. */
  readonly excluded: readonly string[];
}

type SectionName = 'preamble' | 'description' | 'files' | 'changelog';

/**
 * Reads the spec of an imported package, after overlays, as `importedSpec` writes it: tags, %description, %files
 * and %changelog, without macros. Throws `UPSTREAM_BAD_SPEC` with the line.
 */
export function readImportedSpec(text: string, file: string): EffectiveSpec {
  if (text.length > textLimit) {
    throw new SlipwayError('UPSTREAM_BAD_SPEC', `Cannot read ${file}: larger than ${textLimit} characters`);
  }
  const preamble = new PreambleReader();
  const files = new FilesReader();
  const description: string[] = [];
  const changelog = new ChangelogReader();
  let section: SectionName = 'preamble';
  for (const [index, line] of text.split('\n').entries()) {
    const at = { file, line: index + 1 };
    const next = sectionName(line, at);
    if (next !== undefined) {
      section = next;
    } else if (section === 'preamble') {
      preamble.read(line, at);
    } else if (section === 'files') {
      files.read(line, at);
    } else if (section === 'description') {
      description.push(unescapeMacros(line, at));
    } else {
      changelog.read(line, at);
    }
  }
  return {
    ...preamble.finish({ file }),
    description: description.join('\n').trim(),
    files: files.files,
    excluded: files.excluded,
    changelog: changelog.entries,
  };
}

function sectionName(line: string, at: SourcePosition): SectionName | undefined {
  const match = /^%([a-z]+)\s*$/.exec(line);
  switch (match?.[1]) {
    case 'description':
    case 'files':
    case 'changelog':
      return match[1];
    case undefined:
      return refuseOther(line, at);
    default:
      throw unknownSection(match?.[1] ?? '', at);
  }
}

const otherSections =
  /^%(package|prep|generate_buildrequires|conf|build|install|check|clean|pre|post|preun|postun|pretrans|posttrans|preuntrans|postuntrans|trigger\w*|filetrigger\w*|transfiletrigger\w*|verify|verifyscript|sourcelist|patchlist|description|files|if\w*|else|elif\w*|endif|include|global|define|undefine)\b/;

function refuseOther(line: string, at: SourcePosition): undefined {
  const name = otherSections.exec(line)?.[1];
  if (name !== undefined && !line.startsWith('%verify(')) {
    throw unknownSection(name, at);
  }
  return undefined;
}

function unknownSection(name: string, at: SourcePosition): SlipwayError {
  return new SlipwayError('UPSTREAM_BAD_SPEC', `Cannot read the imported spec: %${name} has no place in it`, {
    hint: 'the spec of an imported package has tags, %description, %files and %changelog; nothing is built or run',
    at,
  });
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Entries of the form `* Fri Nov 20 2026 Author <mail> - version`, each with its text, newest first. */
class ChangelogReader {
  readonly #entries: { time: number; author: string; lines: string[] }[] = [];

  read(line: string, at: SourcePosition): void {
    const text = unescapeMacros(line, at).trimEnd();
    const head = /^\*\s+[A-Z][a-z]{2}\s+([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d{4})\s+(.+)$/.exec(text);
    const month = months.indexOf(head?.[1] ?? '');
    if (head !== null && month >= 0) {
      // rpmbuild puts entries at noon UTC, so that they keep their day in every time zone
      const time = Date.UTC(Number(head[3]), month, Number(head[2]), 12) / 1000;
      this.#entries.push({ time, author: head[4] as string, lines: [] });
    } else if (this.#entries.length > 0) {
      this.#entries.at(-1)?.lines.push(text);
    } else if (text !== '') {
      throw new SlipwayError('UPSTREAM_BAD_SPEC', 'Cannot read the changelog: its first line is no entry', { at });
    }
  }

  get entries(): ChangelogEntry[] {
    return this.#entries.map(({ time, author, lines }) => ({ time, author, text: lines.join('\n').trim() }));
  }
}
