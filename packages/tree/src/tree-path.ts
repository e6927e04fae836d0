export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

/** Linux limits, in bytes. */
const longestPath = 4095;
const longestName = 255;
/** A UTF-16 unit has at most so many bytes in UTF-8. */
const bytesPerUnit = 3;

/** Absolute, normalised, well-formed, and within the limits of Linux: what a tree takes. */
export function isTreePath(path: string): boolean {
  if (path === '/') {
    return true;
  }
  const bad = !path.startsWith('/') || path.includes('\0') || !path.isWellFormed() || tooLong(path);
  return !bad && !path.slice(1).split('/').some(isBadName);
}

function tooLong(path: string): boolean {
  return path.length * bytesPerUnit > longestPath && Buffer.byteLength(path) > longestPath;
}

function isBadName(name: string): boolean {
  const long = name.length * bytesPerUnit > longestName && Buffer.byteLength(name) > longestName;
  return name === '' || name === '.' || name === '..' || long;
}

/** UTF-16 units from which on their order is not that of the UTF-8 form: surrogates stand for the highest characters. */
const firstSurrogate = 0xd800;
const afterSurrogates = 0xe000;
const highUnits = /[\ud800-\uffff]/;

export function hasHighUnits(path: string): boolean {
  return highUnits.test(path);
}

/** Byte order of the UTF-8 form, which for well-formed text is code point order. */
export function comparePaths(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  if (!hasHighUnits(a) || !hasHighUnits(b)) {
    return a < b ? -1 : 1; // where they differ, at most one of them has a high unit
  }
  return compareUnits(a, b);
}

function compareUnits(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
    if (difference !== 0) {
      return difference < 0 ? -1 : 1;
    }
  }
  return Math.sign(a.length - b.length);
}

/** Puts surrogates behind all other units. */
function rank(unit: number): number {
  return unit >= firstSurrogate && unit < afterSurrogates ? unit + 0x10000 : unit;
}
