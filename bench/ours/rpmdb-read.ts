/** Prints the packages of a root's database whose headers are intact: what `rpm -qa` does. */
import { formatNevra, installedHeaderProblem, packageNevra, readRpmDatabase } from '@slipway/rpm';
import { reportResult } from './report-result.ts';

const [path = ''] = process.argv.slice(2);
const lines: string[] = [];
for (const { header } of readRpmDatabase(path)) {
  if (installedHeaderProblem(header) === undefined) {
    lines.push(formatNevra(packageNevra(header)));
  }
}
process.stdout.write(`${lines.join('\n')}\n`);
reportResult(`${lines.length} packages`);
