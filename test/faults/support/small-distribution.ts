import { type PoolPackage, poolPackage } from './hostile-archive.ts';

const sysusers = 'g root 0\nu root 0 "root" /root /bin/sh\n';

/** `base` has the accounts that every image needs; `app` needs `lib`; `extra` stands alone; `rival` conflicts with `app`. */
export async function smallDistribution(): Promise<PoolPackage[]> {
  return Promise.all([
    poolPackage({ name: 'base', entries: [{ path: './usr/lib/sysusers.d/base.conf', content: sysusers }] }),
    poolPackage({ name: 'app', fields: 'Depends: base, lib\n' }),
    poolPackage({ name: 'lib' }),
    poolPackage({ name: 'extra', fields: 'Depends: base\n' }),
    poolPackage({ name: 'rival', fields: 'Conflicts: app\n' }),
  ]);
}

/** Bytes that no compressor makes smaller, the same at every run (a linear congruential generator). */
export function noise(sizeBytes: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  for (let offset = 0, state = seed; offset < sizeBytes; offset += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[offset] = state >>> 24;
  }
  return bytes;
}
