import { isReadable, parseSignature } from '@slipway/trust';

/**
 * What is wrong with the form of an OpenPGP signature packet, as rpm's parser (Sequoia) judges it before any key is
 * looked for; undefined when it is well-formed or its algorithm is not known here.
 */
export function signatureFormProblem(packet: Uint8Array): string | undefined {
  const parsed = parseSignature(packet);
  return isReadable(parsed) ? undefined : (parsed.reasons.at(-1) ?? 'it is no OpenPGP packet');
}
