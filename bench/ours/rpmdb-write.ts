/** Writes a database of the packages in a directory, after checking their digests: what `rpm -i --justdb` does. */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type InstalledPackage, openPackage, verifyDigests, writeRpmDatabase } from '@slipway/rpm';
import { reportResult } from './report-result.ts';

const [directory = '', target = ''] = process.argv.slice(2);
const time = 1_700_000_000;
const names = readdirSync(directory).sort();

async function* installed(): AsyncGenerator<InstalledPackage> {
  for (const name of names) {
    const pkg = await openPackage(join(directory, name));
    const { verified } = await verifyDigests(pkg);
    if (!verified) {
      throw new Error(`${name} is damaged`);
    }
    const [sha256, sha512] = [createHash('sha256'), createHash('sha512')];
    for await (const chunk of createReadStream(pkg.path)) {
      sha256.update(chunk as Buffer);
      sha512.update(chunk as Buffer);
    }
    yield {
      header: pkg.header,
      signature: pkg.signature,
      installTime: time,
      installTid: time,
      packageDigests: [
        { algorithm: 8, hex: sha256.digest('hex') },
        { algorithm: 10, hex: sha512.digest('hex') },
      ],
    };
  }
}

await writeRpmDatabase(target, installed());
reportResult(`${names.length} packages`);
