export type { Certificate } from './certificates/certificate.ts';
export { type CheckOptions, SignatureCheck, type SignatureFinding } from './certificates/check-signature.ts';
export { Keyring, parseCertificates } from './certificates/keyring.ts';
export { isReadable, parseSignature, type UnreadableSignature } from './certificates/parse-signature.ts';
export { loadOrCreateKey } from './key-directory.ts';
export type { SignatureHash } from './openpgp-policy.ts';
export { hashAlgorithmName, publicKeyAlgorithmName } from './packets/algorithms.ts';
export type { Issuer, SignaturePacket } from './packets/signature-packet.ts';
export { type PublicKey, parsePublicKey, parsePublicKeys } from './public-key.ts';
export { armorSignature, type SignatureRequest, signCleartext, signDetached } from './sign.ts';
export {
  type CertificateRequest,
  type GeneratedCertificate,
  generateCertificate,
} from './signing/generate-certificate.ts';
export type { NewKeyAlgorithm } from './signing/generate-secret-key.ts';
export { type MakeSignatureOptions, makeSignature } from './signing/make-signature.ts';
export type { Signer, SigningHash, SigningInput } from './signing/signer.ts';
export { type SoftwareSignerOptions, softwareSigner } from './signing/software-signer.ts';
export {
  generateSigningKey,
  type KeyAlgorithm,
  type KeyRequest,
  parseSigningKey,
  type SigningKey,
} from './signing-key.ts';
export { type SignatureVerdict, type VerificationMoment, verifyDetached } from './verify.ts';
export { type CleartextVerdict, verifyCleartext } from './verify-cleartext.ts';
