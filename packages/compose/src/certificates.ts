import { X509Certificate } from 'node:crypto';
import { SlipwayError } from '@slipway/core';
import type { ConfigFile } from './accounts.ts';

/** What OpenSSL, GnuTLS, curl and Python read when they verify a server. */
export const bundlePath = '/etc/ssl/certs/ca-certificates.crt';

/**
 * The bundle of trusted certificates: every certificate of the files, in order of the files, each once.
 * Throws COMPOSE_BAD_CONFIG for a file that is not PEM certificates.
 */
export function formatCertificateBundle(files: readonly ConfigFile[]): string {
  const seen = new Set<string>();
  return files
    .flatMap((file) => certificatesOf(file))
    .filter(({ fingerprint }) => !seen.has(fingerprint) && seen.add(fingerprint) !== undefined)
    .map(({ pem }) => pem)
    .join('');
}

function certificatesOf(file: ConfigFile): { pem: string; fingerprint: string }[] {
  const blocks = file.text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (blocks === null) {
    throw badCertificate(file, 'no certificate in it');
  }
  return blocks.map((block) => {
    try {
      return { pem: `${block}\n`, fingerprint: new X509Certificate(block).fingerprint256 };
    } catch (cause) {
      throw badCertificate(file, cause instanceof Error ? cause.message : 'unreadable');
    }
  });
}

function badCertificate(file: ConfigFile, reason: string): SlipwayError {
  return new SlipwayError('COMPOSE_BAD_CONFIG', `Cannot trust ${file.path}: ${reason}`, { at: { file: file.path } });
}
