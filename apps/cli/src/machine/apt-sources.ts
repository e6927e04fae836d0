import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The machine's own apt source files, in apt's order (sources.list(5)). */
export async function aptSources(directory = '/etc/apt'): Promise<string[]> {
  const single = join(directory, 'sources.list');
  const parts = join(directory, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).filter((name) => /\.(list|sources)$/.test(name)).toSorted();
  const isThere = (await stat(single).catch(() => undefined))?.isFile() ?? false;
  return [...(isThere ? [single] : []), ...names.map((name) => join(parts, name))];
}
