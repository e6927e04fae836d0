import { createHash } from 'node:crypto';

/**
 * What rpm tells a change of its database by (rpmdb.cc, rpmdbCookie): SHA-256 over the names in byte order, each with
 * the numbers of its packages, 32 bits in the byte order of the machine, which is little-endian. Packages are given in
 * order of their numbers; imported keys count.
 */
export function rpmdbCookie(packages: Iterable<{ readonly hnum: number; readonly name: string }>): string {
  const numbers = new Map<string, number[]>();
  for (const { hnum, name } of packages) {
    const known = numbers.get(name);
    if (known === undefined) {
      numbers.set(name, [hnum]);
    } else {
      known.push(hnum);
    }
  }
  const hash = createHash('sha256');
  const names = [...numbers.keys()].map((name) => Buffer.from(name)).sort((a, b) => Buffer.compare(a, b));
  for (const name of names) {
    hash.update(name);
    for (const hnum of numbers.get(name.toString()) ?? []) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(hnum);
      hash.update(bytes);
    }
  }
  return hash.digest('hex');
}
