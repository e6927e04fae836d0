/** Verifies the digests that rpm verifies of the packages in a directory: what `rpmkeys -K --nosignature` does. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { verifyPackage } from '@slipway/rpm';
import { reportResult } from './report-result.ts';

const [directory = ''] = process.argv.slice(2);
let held = 0;
for (const name of readdirSync(directory).sort()) {
  const { digestsFail } = await verifyPackage(join(directory, name), { at: 0, signatures: false });
  held += digestsFail ? 0 : 1;
}
reportResult(`${held} packages hold`);
