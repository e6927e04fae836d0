import { isUtf8 } from 'node:buffer';

const firstLetter = 0xc0;

/**
 * Text of a header. What is not UTF-8 is taken for Latin-1, as createrepo_c does: of its upper half only the letters are
 * kept, because the rest is more often another encoding. Control characters stay, to be refused.
 */
export function legacyText(bytes: Buffer): string {
  if (isUtf8(bytes)) {
    return bytes.toString('utf8');
  }
  return Buffer.from(bytes.filter((byte) => byte < 0x80 || byte >= firstLetter)).toString('latin1');
}
