/** An absolute address that a reader can follow, normalised; undefined for everything else that packages write. */
export function webAddress(text: string): string | undefined {
  const url = URL.parse(text.trim());
  return url !== null && /^(?:https?|ftp):$/.test(url.protocol) && url.hostname !== '' ? url.href : undefined;
}
