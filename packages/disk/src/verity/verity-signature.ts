import { X509Certificate } from 'node:crypto';
import { type Digest, SlipwayError, sha256 } from '@slipway/core';
import { formatGuid, type Guid } from '../gpt/guid.ts';

export interface VeritySignature {
  readonly rootHash: Digest;
  /** A detached PKCS#7 signature (DER) over the root hash as 64 hexadecimal digits in lower case. */
  readonly signature: Uint8Array;
  /** The X.509 certificate (DER) of the key that signed; the kernel must trust it. */
  readonly certificate: Uint8Array;
}

/** The partition is a whole number of blocks of this size. */
const paddingBytes = 4096;
/** ContentInfo with id-signedData (RFC 2315): the object identifier 1.2.840.113549.1.7.2, encoded. */
const signedData = Buffer.from('06092a864886f70d010702', 'hex');

/**
 * The content of a verity signature partition: JSON, padded with NULs (UAPI Discoverable Partitions Specification,
 * "Verity Signature Data"). Throws `DISK_VERITY_SIGNATURE` when the parts are not what they should be; whether the
 * signature is right is for the caller to know.
 */
export function formatVeritySignature({ rootHash, signature, certificate }: VeritySignature): Buffer {
  if (!isSignedData(Buffer.from(signature))) {
    throw invalid('the signature is not PKCS#7 signed data in DER');
  }
  const json = JSON.stringify({
    rootHash,
    certificateFingerprint: sha256(checkedCertificate(certificate)),
    signature: Buffer.from(signature).toString('base64'),
  });
  const bytes = Buffer.alloc(Math.ceil((json.length + 1) / paddingBytes) * paddingBytes);
  bytes.write(json);
  return bytes;
}

/**
 * The GUIDs by which systemd finds the partitions that belong to a root hash: of the data its first 128 bits, of the hash
 * tree its last ones. The signature partition may have any.
 */
export function verityPartitionGuids(rootHash: Digest): { readonly data: Guid; readonly tree: Guid } {
  const bytes = Buffer.from(rootHash, 'hex');
  return { data: formatGuid(bytes.subarray(0, 16)), tree: formatGuid(bytes.subarray(16)) };
}

/** A sequence that is as long as the bytes are, and begins with the object identifier. */
function isSignedData(der: Buffer): boolean {
  const lengthBytes = (der[1] ?? 0) & 0x7f;
  const isLong = der[0] === 0x30 && (der[1] ?? 0) > 0x80 && lengthBytes <= 4 && der.length > 2 + lengthBytes;
  if (!isLong) {
    return false;
  }
  const content = der.subarray(2 + lengthBytes);
  return der.readUIntBE(2, lengthBytes) === content.length && content.indexOf(signedData) === 0;
}

function checkedCertificate(der: Uint8Array): Buffer {
  try {
    const { raw } = new X509Certificate(der);
    if (raw.equals(der)) {
      return raw;
    }
  } catch {
    // said below, without the words of OpenSSL
  }
  throw invalid('the certificate is not X.509 in DER');
}

function invalid(reason: string): SlipwayError {
  return new SlipwayError('DISK_VERITY_SIGNATURE', `Cannot make a verity signature partition: ${reason}`);
}
