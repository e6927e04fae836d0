import { SlipwayError } from '@slipway/core';
import { signaturePacketBody } from '../signing/signature-packet.ts';

/** RFC 9580 section 9.1: how many multiprecision integers the signatures of an algorithm consist of. */
const integerCounts: ReadonlyMap<number, number> = new Map([
  [1, 1], // RSA
  [3, 1], // RSA, signatures only
  [17, 2], // DSA
  [19, 2], // ECDSA
  [22, 2], // EdDSA of RFC 4880bis
]);

/**
 * What is wrong with the form of an OpenPGP signature packet, as rpm's parser (Sequoia) judges it before any key is
 * looked for; undefined when it is well-formed or its algorithm is not known here.
 */
export function signatureFormProblem(packet: Uint8Array): string | undefined {
  try {
    const body = signaturePacketBody(packet);
    return integersProblem(body);
  } catch (error) {
    if (error instanceof SlipwayError) {
      return error.message.replace(/^[^:]*: /, '');
    }
    throw error;
  }
}

function integersProblem(body: Uint8Array): string | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const integers = startOfIntegers(view);
  if (integers === undefined) {
    return undefined;
  }
  const count = integerCounts.get(integers.algorithm) ?? 0;
  let { at } = integers;
  for (let index = 0; index < count; index++) {
    if (at + 2 > view.byteLength) {
      return 'it is cut short';
    }
    const bits = view.getUint16(at);
    const bytes = Math.ceil(bits / 8);
    const first = body[at + 2] ?? 0;
    if (at + 2 + bytes > view.byteLength) {
      return 'it is cut short';
    }
    // the length in bits is exact (section 3.2): rpm issue 2351 tells of signers that do not know it
    if (bits > 0 && Math.floor(Math.log2(first)) !== (bits - 1) % 8) {
      return 'malformed MPI: leading bit is not set';
    }
    at += 2 + bytes;
  }
  return undefined;
}

/** Sections 5.2.2 and 5.2.3. */
function startOfIntegers(view: DataView): { readonly algorithm: number; readonly at: number } | undefined {
  const version = view.byteLength > 0 ? view.getUint8(0) : 0;
  try {
    switch (version) {
      case 3:
        return { algorithm: view.getUint8(15), at: 19 };
      case 4: {
        const unhashed = 6 + view.getUint16(4);
        return { algorithm: view.getUint8(2), at: unhashed + 2 + view.getUint16(unhashed) + 2 };
      }
      case 6: {
        const unhashed = 8 + view.getUint32(4);
        const salt = unhashed + 4 + view.getUint32(unhashed) + 2;
        return { algorithm: view.getUint8(2), at: salt + 1 + view.getUint8(salt) };
      }
      default:
        return undefined;
    }
  } catch (error) {
    if (error instanceof RangeError) {
      return { algorithm: 1, at: view.byteLength };
    }
    throw error;
  }
}
