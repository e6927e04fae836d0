import type { ErrorCode } from '@slipway/core';

/** XML 1.0 section 2.8, with single spaces for every kind of space. */
const xmlDeclaration =
  /^xml +version *= *(["'])(1\.[0-9]+)\1(?: +encoding *= *(["'])([A-Za-z][A-Za-z0-9._-]*)\3)?(?: +standalone *= *(["'])(?:yes|no)\5)? *$/;

/** Why a document that begins with `<?…?>` of this content is refused; undefined when it is not. */
export function checkXmlDeclaration(content: string): { code: ErrorCode; reason: string } | undefined {
  const match = xmlDeclaration.exec(content.replace(/[\t\r\n]/g, ' '));
  if (match === null) {
    return { code: 'FORMATS_BAD_XML', reason: 'the XML declaration is malformed' };
  }
  const encoding = (match[4] ?? 'utf-8').toLowerCase();
  if (match[2] !== '1.0' || (encoding !== 'utf-8' && encoding !== 'us-ascii')) {
    return { code: 'FORMATS_UNSUPPORTED', reason: `it is XML ${match[2]} in ${encoding}` };
  }
  return undefined;
}
