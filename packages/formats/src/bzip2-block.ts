import { SlipwayError } from '@slipway/core';
import type { BitReader } from './bit-reader.ts';
import { SymbolReader } from './bzip2-codes.ts';
import { damagedInput } from './decoder-error.ts';

/** Symbols 0 and 1 are digits of a run length. */
const firstMoveSymbol = 2;

/** A decoded block: the content's permutation, to be followed from `start`. */
export interface Bzip2Block {
  /** Per byte of the transform: the place of the next one * 256 + the byte there. */
  readonly chain: Uint32Array;
  readonly start: number;
}

/** Reads one block after its mark and checksum; `sizeLimit` is what the stream's level allows. */
export function readBzip2Block(bits: BitReader, sizeLimit: number): Bzip2Block {
  if (bits.read(1) === 1) {
    throw new SlipwayError(
      'FORMATS_UNSUPPORTED',
      'Cannot decompress bzip2: a block is randomised (bzip2 0.9 and older)',
    );
  }
  const origin = bits.read(24);
  const content = readContent(bits, sizeLimit);
  if (origin >= content.length) {
    throw damagedInput('bzip2', 'a block begins outside itself');
  }
  const chain = toChain(content);
  return { chain, start: (chain[origin] as number) >>> 8 };
}

/** The bytes that occur, by a map of 16 maps of 16 bits. */
function readAlphabet(bits: BitReader): Uint8Array {
  const used: number[] = [];
  const groups = bits.read(16);
  for (let group = 0; group < 16; group++) {
    const members = (groups & (0x8000 >> group)) === 0 ? 0 : bits.read(16);
    for (let member = 0; member < 16; member++) {
      if ((members & (0x8000 >> member)) !== 0) {
        used.push(group * 16 + member);
      }
    }
  }
  if (used.length === 0) {
    throw damagedInput('bzip2', 'a block uses no byte');
  }
  return Uint8Array.from(used);
}

/** Undoes prefix codes, run lengths of the most recent byte, and move-to-front. */
function readContent(bits: BitReader, sizeLimit: number): Uint8Array {
  const recent = readAlphabet(bits);
  const endSymbol = recent.length + 1;
  const symbols = new SymbolReader(bits, recent.length + 2);
  const content = new Uint8Array(sizeLimit);
  let filled = 0;
  let [run, digit] = [0, 1];
  for (let symbol = symbols.next(); ; symbol = symbols.next()) {
    if (symbol < firstMoveSymbol) {
      // bijective base 2: digits 1 and 2, lowest first
      run += digit << symbol;
      digit *= 2;
      if (run > sizeLimit) {
        throw tooLarge();
      }
      continue;
    }
    if (run > 0) {
      if (filled + run > sizeLimit) {
        throw tooLarge();
      }
      content.fill(recent[0] as number, filled, filled + run);
      filled += run;
      [run, digit] = [0, 1];
    }
    if (symbol === endSymbol) {
      return content.subarray(0, filled);
    }
    if (filled === sizeLimit) {
      throw tooLarge();
    }
    const place = symbol - 1;
    const byte = recent[place] as number;
    recent.copyWithin(1, 0, place);
    recent[0] = byte;
    content[filled++] = byte;
  }
}

function tooLarge(): SlipwayError {
  return damagedInput('bzip2', 'a block is larger than its level allows');
}

/** The inverse Burrows-Wheeler transform as a chain from each byte to the one that follows it. */
function toChain(content: Uint8Array): Uint32Array {
  const places = new Uint32Array(257);
  for (const byte of content) {
    places[byte + 1] = (places[byte + 1] as number) + 1;
  }
  for (let byte = 0; byte < 256; byte++) {
    places[byte + 1] = (places[byte + 1] as number) + (places[byte] as number);
  }
  const chain = new Uint32Array(content.length);
  for (let i = 0; i < content.length; i++) {
    const byte = content[i] as number;
    const place = places[byte] as number;
    places[byte] = place + 1;
    chain[i] = (chain[i] as number) | byte;
    chain[place] = (chain[place] as number) | (i << 8);
  }
  return chain;
}
