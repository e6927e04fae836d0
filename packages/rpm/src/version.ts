/**
 * Orders two version or release texts as rpmvercmp does (rpm-version(7)): runs of digits compare as numbers, runs of
 * ASCII letters as text, digits are newer than letters, everything else separates; `~` sorts before the end of the
 * text, `^` after it but before any further run.
 */
export function compareVersions(a: string, b: string): -1 | 0 | 1 {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    i = skipSeparators(a, i);
    j = skipSeparators(b, j);
    const marked = compareMarks(a[i], b[j]);
    if (marked === 'both') {
      i++;
      j++;
      continue;
    }
    if (marked !== 'neither') {
      return marked;
    }
    if (i >= a.length || j >= b.length) {
      break;
    }
    const numeric = isDigit(a.charCodeAt(i));
    const aEnd = endOfRun(a, i, numeric);
    const bEnd = endOfRun(b, j, numeric);
    if (bEnd === j) {
      return numeric ? 1 : -1;
    }
    const order = numeric
      ? compareNumbers(a.slice(i, aEnd), b.slice(j, bEnd))
      : compareText(a.slice(i, aEnd), b.slice(j, bEnd));
    if (order !== 0) {
      return order;
    }
    i = aEnd;
    j = bEnd;
  }
  return i < a.length ? 1 : j < b.length ? -1 : 0;
}

/** The order that `~` and `^` decide, if either stands at the current place. */
function compareMarks(a: string | undefined, b: string | undefined): -1 | 1 | 'both' | 'neither' {
  if (a === '~' || b === '~') {
    return a === b ? 'both' : a === '~' ? -1 : 1;
  }
  if (a === '^' || b === '^') {
    if (a === b) {
      return 'both';
    }
    const other = a === '^' ? b : a;
    const caretOrder = other === undefined ? 1 : -1;
    return a === '^' ? caretOrder : caretOrder === 1 ? -1 : 1;
  }
  return 'neither';
}

function skipSeparators(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isSignificant(text.charCodeAt(at))) {
    at++;
  }
  return at;
}

function endOfRun(text: string, from: number, numeric: boolean): number {
  let at = from;
  while (at < text.length && (numeric ? isDigit(text.charCodeAt(at)) : isLetter(text.charCodeAt(at)))) {
    at++;
  }
  return at;
}

/** Digit runs of any length: without leading zeros, the longer is the larger. */
function compareNumbers(a: string, b: string): -1 | 0 | 1 {
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  return x.length === y.length ? compareText(x, y) : x.length < y.length ? -1 : 1;
}

function compareText(a: string, b: string): -1 | 0 | 1 {
  return a === b ? 0 : a < b ? -1 : 1;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isSignificant(code: number): boolean {
  return isDigit(code) || isLetter(code) || code === 0x7e || code === 0x5e;
}
