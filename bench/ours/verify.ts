/** Compares the recorded digests of packages with what their files have: what `rpmkeys -K --nosignature` does. */
import { openPackage, verifyDigests } from '@slipway/rpm';
import { reportResult } from './report-result.ts';

let held = 0;
for (const path of process.argv.slice(2)) {
  const { verified } = await verifyDigests(await openPackage(path));
  held += verified ? 1 : 0;
}
reportResult(`${held} packages hold`);
