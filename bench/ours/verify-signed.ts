/** Verifies digests and signatures of the packages in a directory with one certificate: what `rpmkeys -K` does. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyPackage } from '@slipway/rpm';
import { Keyring } from '@slipway/trust';
import { reportResult } from './report-result.ts';

const [directory = '', certificate = ''] = process.argv.slice(2);
const keyring = new Keyring(readFileSync(certificate));
const at = Math.floor(Date.now() / 1000);
let held = 0;
for (const name of readdirSync(directory).sort()) {
  const { accepted } = await verifyPackage(join(directory, name), { at, keyring, level: 'all' });
  held += accepted ? 1 : 0;
}
reportResult(`${held} packages hold`);
