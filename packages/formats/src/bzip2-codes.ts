import type { BitReader } from './bit-reader.ts';
import { damagedInput } from './decoder-error.ts';

const maxCodeBits = 20;
/** Symbols per selector. */
const groupSymbols = 50;
/** Codes of up to this many bits are found in one look. */
const quickBits = 10;

/** One prefix code; a canonical one, so that its lengths say everything. */
interface PrefixCode {
  /** By the next `quickBits` bits: symbol * 32 + length, 0 when the code is longer. */
  readonly quick: Uint32Array;
  /** By length: the first code that is longer, aligned to `maxCodeBits`. */
  readonly limits: Float64Array;
  /** By length: what turns a code into a place in `symbols`. */
  readonly offsets: Int32Array;
  readonly symbols: Uint16Array;
}

/** Reads the symbols of a block, which change between up to six prefix codes every 50 symbols. */
export class SymbolReader {
  readonly #bits: BitReader;
  readonly #codes: readonly PrefixCode[];
  readonly #selectors: Uint8Array;
  #group = -1;
  #left = 0;
  #code: PrefixCode | undefined;

  /** Reads the tables at the head of a block. */
  constructor(bits: BitReader, alphabetSize: number) {
    this.#bits = bits;
    const codeCount = bits.read(3);
    const selectorCount = bits.read(15);
    if (codeCount < 2 || codeCount > 6 || selectorCount === 0) {
      throw damagedInput('bzip2', 'a block has an impossible number of code tables');
    }
    this.#selectors = readSelectors(bits, codeCount, selectorCount);
    this.#codes = Array.from({ length: codeCount }, () => toPrefixCode(readLengths(bits, alphabetSize)));
  }

  next(): number {
    if (this.#left === 0) {
      this.#group++;
      this.#code = this.#codes[this.#selectors[this.#group] ?? -1];
      this.#left = groupSymbols;
    }
    this.#left--;
    if (this.#code === undefined) {
      throw damagedInput('bzip2', 'a block has more symbols than code tables for them');
    }
    const quick = this.#code.quick[this.#bits.peek(quickBits)] as number;
    if (quick === 0) {
      return this.#long(this.#code);
    }
    this.#bits.skip(quick & 31);
    return quick >>> 5;
  }

  #long({ limits, offsets, symbols }: PrefixCode): number {
    const ahead = this.#bits.peek(maxCodeBits);
    for (let length = quickBits + 1; length <= maxCodeBits; length++) {
      if (ahead < (limits[length] as number)) {
        this.#bits.skip(length);
        const symbol = symbols[(ahead >>> (maxCodeBits - length)) + (offsets[length] as number)];
        if (symbol !== undefined) {
          return symbol;
        }
        break;
      }
    }
    throw damagedInput('bzip2', 'a code is in no table');
  }
}

/** Move-to-front numbers in unary, each the table of the next 50 symbols. */
function readSelectors(bits: BitReader, codeCount: number, selectorCount: number): Uint8Array {
  const recent = Array.from({ length: codeCount }, (_, i) => i);
  const selectors = new Uint8Array(selectorCount);
  for (let i = 0; i < selectorCount; i++) {
    let place = 0;
    while (bits.read(1) === 1) {
      place++;
    }
    const [selector] = recent.splice(place, 1);
    if (selector === undefined) {
      throw damagedInput('bzip2', 'a selector names no table');
    }
    recent.unshift(selector);
    selectors[i] = selector;
  }
  return selectors;
}

/** Code lengths, each as steps from the one before. */
function readLengths(bits: BitReader, alphabetSize: number): Uint8Array {
  const lengths = new Uint8Array(alphabetSize);
  let length = bits.read(5);
  for (let symbol = 0; symbol < alphabetSize; symbol++) {
    while (length >= 1 && length <= maxCodeBits && bits.read(1) === 1) {
      length += bits.read(1) === 0 ? 1 : -1;
    }
    if (length < 1 || length > maxCodeBits) {
      throw damagedInput('bzip2', 'a code is too long');
    }
    lengths[symbol] = length;
  }
  return lengths;
}

function toPrefixCode(lengths: Uint8Array): PrefixCode {
  const symbols = Uint16Array.from(lengths.keys()).sort(
    (a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b,
  );
  const quick = new Uint32Array(1 << quickBits);
  const limits = new Float64Array(maxCodeBits + 1);
  const offsets = new Int32Array(maxCodeBits + 1);
  let [code, place] = [0, 0];
  for (let length = 1; length <= maxCodeBits; length++) {
    code <<= 1;
    offsets[length] = place - code;
    for (; lengths[symbols[place] ?? -1] === length; place++, code++) {
      if (length <= quickBits) {
        const first = code << (quickBits - length);
        quick.fill(((symbols[place] as number) << 5) | length, first, first + (1 << (quickBits - length)));
      }
    }
    limits[length] = code * 2 ** (maxCodeBits - length);
  }
  return { quick, limits, offsets, symbols };
}
