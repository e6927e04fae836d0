export interface Curve {
  /** As node:crypto names it in keys. */
  readonly nodeName: string;
  /** Of a coordinate, and of each half of a signature. */
  readonly fieldBytes: number;
}

/** The curves of RFC 9580, section 9.2, by their object identifiers in hexadecimal. */
const curves: Readonly<Record<string, Curve>> = {
  '2a8648ce3d030107': { nodeName: 'prime256v1', fieldBytes: 32 },
  '2b81040022': { nodeName: 'secp384r1', fieldBytes: 48 },
  '2b81040023': { nodeName: 'secp521r1', fieldBytes: 66 },
  '2b2403030208010107': { nodeName: 'brainpoolP256r1', fieldBytes: 32 },
  '2b240303020801010b': { nodeName: 'brainpoolP384r1', fieldBytes: 48 },
  '2b240303020801010d': { nodeName: 'brainpoolP512r1', fieldBytes: 64 },
};

/** Ed25519 under the algorithm id for EdDSA of old (RFC 9580, 9.2). */
export const ed25519LegacyOid = '2b06010401da470f01';

export function curveByOid(oid: string): Curve | undefined {
  return Object.hasOwn(curves, oid) ? curves[oid] : undefined;
}

/** Undefined for curves that OpenPGP does not know. */
export function curveOidOf(nodeName: string): string | undefined {
  return Object.keys(curves).find((oid) => curves[oid]?.nodeName === nodeName);
}
