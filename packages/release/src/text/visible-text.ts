/**
 * Shows control and direction characters as U+FFFD, so that a text can neither rewrite a terminal nor read in another
 * order than it is stored (CVE-2021-42574). Line feeds and tabs stay.
 */
export function visibleText(text: string): string {
  return text.toWellFormed().replace(/(?![\n\t])[\p{Cc}\u{2028}-\u{202e}\u{2066}-\u{2069}]/gu, '\u{fffd}');
}

/** The same on one line. */
export function visibleLine(text: string): string {
  return visibleText(text.replace(/\s+/g, ' ')).trim();
}
