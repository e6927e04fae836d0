import { foldOrbit } from './letter-case.ts';

/** A set of code points: the union of its items, or everything else. */
export interface RuneSet {
  readonly negated: boolean;
  readonly items: readonly RuneItem[];
}

export interface RuneItem {
  readonly contains: (code: number) => boolean;
  /** Also every code point that equals a member under simple case folding. */
  readonly fold: boolean;
  /** Everything outside of the (folded) members. */
  readonly negated: boolean;
}

export function containsRune(set: RuneSet, code: number): boolean {
  return set.items.some((item) => itemContains(item, code)) !== set.negated;
}

function itemContains(item: RuneItem, code: number): boolean {
  const inside = item.contains(code) || (item.fold && foldOrbit(code).some(item.contains));
  return inside !== item.negated;
}

export function rangeItem(low: number, high: number, fold: boolean): RuneItem {
  return { contains: (code) => code >= low && code <= high, fold, negated: false };
}

/** The perl classes of RE2 are ASCII; `\s` has no vertical tab. */
const perlClasses: Readonly<Record<string, RegExp>> = {
  d: /^[0-9]$/,
  s: /^[\t\n\f\r ]$/,
  w: /^[0-9A-Za-z_]$/,
};

export function perlItem(letter: string, fold: boolean): RuneItem | undefined {
  const pattern = perlClasses[letter.toLowerCase()];
  return pattern && { contains: asciiTest(pattern), fold, negated: letter !== letter.toLowerCase() };
}

const posixClasses: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  ascii: /^[\0-\x7f]$/,
  blank: /^[\t ]$/,
  cntrl: /^[\0-\x1f\x7f]$/,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t-\r ]$/,
  upper: /^[A-Z]$/,
  word: /^[0-9A-Za-z_]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};

/** `name` without the brackets: `alpha` or `^alpha`. */
export function posixItem(name: string, fold: boolean): RuneItem | undefined {
  const negated = name.startsWith('^');
  const key = negated ? name.slice(1) : name;
  const pattern = Object.hasOwn(posixClasses, key) ? posixClasses[key] : undefined;
  return pattern && { contains: asciiTest(pattern), fold, negated };
}

function asciiTest(pattern: RegExp): (code: number) => boolean {
  const table = Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)));
  return (code) => table[code] ?? false;
}

const categories = `C=Other Cc=Control Cf=Format Cn=Unassigned Co=Private_Use Cs=Surrogate L=Letter LC=Cased_Letter
Ll=Lowercase_Letter Lm=Modifier_Letter Lo=Other_Letter Lt=Titlecase_Letter Lu=Uppercase_Letter M=Mark
Mc=Spacing_Mark Me=Enclosing_Mark Mn=Nonspacing_Mark N=Number Nd=Decimal_Number Nl=Letter_Number No=Other_Number
P=Punctuation Pc=Connector_Punctuation Pd=Dash_Punctuation Pe=Close_Punctuation Pf=Final_Punctuation
Pi=Initial_Punctuation Po=Other_Punctuation Ps=Open_Punctuation S=Symbol Sc=Currency_Symbol Sk=Modifier_Symbol
Sm=Math_Symbol So=Other_Symbol Z=Separator Zl=Line_Separator Zp=Paragraph_Separator Zs=Space_Separator`;

const categoryByName = new Map(
  categories.split(/\s+/).flatMap((entry) => {
    const [short, long] = entry.split('=') as [string, string];
    return [
      [loose(short), short],
      [loose(long), short],
    ] as const;
  }),
);

/** Scripts whose whole name has four letters; every other four-letter name is an abbreviation, which RE2 refuses. */
const shortScripts = new Set(['Ahom', 'Cham', 'Kawi', 'Lisu', 'Modi', 'Newa', 'Thai', 'Toto']);

/** `\p{name}`: a general category, its long name, a script, `Any`, `ASCII`, `Assigned`; a leading `^` negates. */
export function unicodeItem(name: string, fold: boolean, negated: boolean): RuneItem | undefined {
  if (name.startsWith('^')) {
    return unicodeItem(name.slice(1), fold, !negated);
  }
  const contains = unicodeTest(name);
  return contains && { contains, fold, negated };
}

const unicodeTests = new Map<string, (code: number) => boolean>();

function unicodeTest(name: string): ((code: number) => boolean) | undefined {
  const known = unicodeTests.get(name) ?? findUnicodeTest(name);
  if (known !== undefined && unicodeTests.size < rememberedClasses) {
    unicodeTests.set(name, known);
  }
  return known;
}

/** There are some hundred names, in any letter case. */
const rememberedClasses = 1000;

function findUnicodeTest(name: string): ((code: number) => boolean) | undefined {
  const special: Readonly<Record<string, string>> = {
    any: '\\p{Any}',
    ascii: '\\p{ASCII}',
    assigned: '\\p{Assigned}',
    c: '\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}', // Go's C has no unassigned code points
    other: '\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}',
  };
  const key = loose(name);
  const category = categoryByName.get(key);
  const source = Object.hasOwn(special, key) ? special[key] : category && `\\p{${category}}`;
  const pattern = source === undefined ? scriptPattern(name) : new RegExp(`^[${source}]$`, 'u');
  return pattern && ((code) => pattern.test(String.fromCodePoint(code)));
}

function scriptPattern(name: string): RegExp | undefined {
  const words = name.split(/[\s_-]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
  for (const script of [name, words.join('_')]) {
    if (/^[A-Za-z_]+$/.test(script) && (script.length !== 4 || shortScripts.has(script))) {
      try {
        return new RegExp(`^\\p{Script=${script}}$`, 'u');
      } catch {} // no script of that name
    }
  }
  return undefined;
}

/** Unicode TR18 loose matching. */
function loose(name: string): string {
  return name.replace(/[\s_-]/g, '').toLowerCase();
}
