/** FNV-1a, 32 bits, mixed at the end so that its low bits depend on all of it. */
export function hashBytes(source: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ (source[at] as number), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
