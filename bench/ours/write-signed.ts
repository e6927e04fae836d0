/** Writes small packages and signs each with an Ed25519 key from a file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPackage, signPackage } from '@slipway/rpm';
import { makeSignature, softwareSigner } from '@slipway/trust';
import { generatePackages } from '../generated-packages.ts';
import { reportResult } from './report-result.ts';

const [directory = '', secretKey = '', count = ''] = process.argv.slice(2);
const signer = softwareSigner(readFileSync(secretKey));
const created = signer.key.created + 1;
await generatePackages(directory, { count: Number(count), filesEach: 5, fileBytes: 1000, format: 4 });
for (const name of readdirSync(directory)) {
  const path = join(directory, name);
  const sign = (header: Uint8Array) => makeSignature(signer, header, { created });
  await signPackage(await openPackage(path), path, sign, { isIntact: true, durable: false });
}
reportResult(`${readdirSync(directory).length} packages written and signed`);
