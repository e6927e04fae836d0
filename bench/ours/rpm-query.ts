/** Prints the names of the packages in a directory, or with `--json` their headers: what `rpm -qp` does. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatHeaderJson, formatNevra, openPackage, packageNevra, queryHeader } from '@slipway/rpm';
import { reportResult } from './report-result.ts';

const [directory = '', form] = process.argv.slice(2);
let [packages, bytes] = [0, 0];
for (const name of readdirSync(directory).sort()) {
  const pkg = await openPackage(join(directory, name));
  const text = form === '--json' ? formatHeaderJson(queryHeader(pkg)) : `${formatNevra(packageNevra(pkg.header))}\n`;
  process.stdout.write(text);
  packages++;
  bytes += text.length;
}
process.stdout.write('\n');
reportResult(`${packages} packages, ${bytes} characters`);
