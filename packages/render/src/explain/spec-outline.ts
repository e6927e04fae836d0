import { formatSpec, fromByteText, parseSpec, type ReadSection, readSpecSections, specLines } from '@slipway/spec';

/** A section as overlays address it. */
export interface OutlineSection {
  /** As written, with the percent sign; empty for the preamble. */
  readonly name: string;
  /** As written after the options of the header; empty for the main package. */
  readonly package: string;
  /** The header as it stands; empty for the preamble. */
  readonly header: string;
  readonly read: ReadSection;
}

/** The structure of a spec, the preamble first. Throws `SPEC_LINE_TOO_LONG`. */
export function outlineOf(spec: Uint8Array): OutlineSection[] {
  const text = parseSpec(spec);
  const lines = specLines(text);
  return readSpecSections(text).map((read) => {
    const header = read.kind === 'preamble' ? '' : fromByteText(lines[read.line - 1] as string).trim();
    return { name: header.split(/\s/, 1)[0] as string, package: packageOf(read), header, read };
  });
}

function packageOf({ package: owner }: ReadSection): string {
  return owner.form === 'main' ? '' : owner.form === 'suffix' ? owner.suffix : owner.name;
}

/** Lines as overlays see them, as byte strings. Throws `SPEC_LINE_TOO_LONG`. */
export function linesOfSpec(spec: Uint8Array): string[] {
  return specLines(parseSpec(spec));
}

/** The inverse of `linesOfSpec` for specs as overlays leave them: every line ends with LF. */
export function specOfLines(lines: readonly string[]): Buffer {
  return formatSpec({ text: lines.map((line) => `${line}\n`).join('') });
}
