/** Verifies the digests that rpm verifies of the packages in a directory: what `rpmkeys -K --nosignature` does. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { digestItems, judgeItems, openPackage } from '@slipway/rpm';
import { reportResult } from './report-result.ts';

const [directory = ''] = process.argv.slice(2);
let held = 0;
for (const name of readdirSync(directory).sort()) {
  const { digestsHold } = judgeItems(await digestItems(await openPackage(join(directory, name))), 'digest');
  held += digestsHold ? 1 : 0;
}
reportResult(`${held} packages hold`);
