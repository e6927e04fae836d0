import { MalformedMpi, PacketFault } from './packet-fault.ts';

/** Walks over the body of a packet; every step is checked against its end. Numbers are big-endian. */
export class PacketCursor {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** A cursor of its own over what is left. */
  fork(): PacketCursor {
    return new PacketCursor(this.#bytes.subarray(this.#offset));
  }

  take(count: number): Buffer {
    if (count > this.left) {
      throw new PacketFault('unexpected EOF', this.#offset);
    }
    this.#offset += count;
    return this.#bytes.subarray(this.#offset - count, this.#offset);
  }

  rest(): Buffer {
    return this.take(this.left);
  }

  uint8(): number {
    return this.take(1).readUInt8();
  }

  uint16(): number {
    return this.take(2).readUInt16BE();
  }

  uint32(): number {
    return this.take(4).readUInt32BE();
  }

  /** A multiprecision integer (RFC 9580, 3.2). The length counts bits, and all of them must be needed. */
  mpi(): Buffer {
    const start = this.#offset;
    const bits = this.uint16();
    const value = this.take(Math.ceil(bits / 8));
    const first = value[0];
    if (first === undefined) {
      return value;
    }
    const usedBits = bits % 8 || 8;
    if (first >> usedBits !== 0) {
      const unused = first & ~((1 << usedBits) - 1);
      throw new MalformedMpi(`${8 - usedBits} unused bits not zeroed: (${unused.toString(16)})`, start);
    }
    if (first >> (usedBits - 1) === 0) {
      const shown = `${first.toString(2).padStart(8)} (${first.toString(16)})`;
      throw new MalformedMpi(`leading bit is not set: expected bit ${usedBits} to be set in ${shown}`, start);
    }
    return value;
  }

  /** The object identifier of a curve, in hexadecimal; its length is one byte (RFC 9580, 9.2). */
  curveOid(): string {
    const length = this.uint8();
    if (length === 0 || length === 255) {
      throw new PacketFault('a curve identifier has a reserved length', this.#offset - 1);
    }
    return this.take(length).toString('hex');
  }
}
