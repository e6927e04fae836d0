import type { CycloneDxDocument } from './cyclonedx-document.ts';
import type { SpdxDocument } from './spdx-types.ts';

/** The text of a document as it is published: indented by two spaces, with a line break at the end. */
export function formatSbom(document: SpdxDocument | CycloneDxDocument): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
