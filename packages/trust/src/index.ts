export { loadOrCreateKey } from './key-directory.ts';
export type { SignatureHash } from './openpgp-policy.ts';
export { type PublicKey, parsePublicKey, parsePublicKeys } from './public-key.ts';
export { armorSignature, type SignatureRequest, signCleartext, signDetached } from './sign.ts';
export {
  generateSigningKey,
  type KeyAlgorithm,
  type KeyRequest,
  parseSigningKey,
  type SigningKey,
} from './signing-key.ts';
export { type SignatureVerdict, type VerificationMoment, verifyDetached } from './verify.ts';
export { type CleartextVerdict, verifyCleartext } from './verify-cleartext.ts';
