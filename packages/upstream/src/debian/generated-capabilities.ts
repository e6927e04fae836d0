import type { Dependency } from '@slipway/rpm';
import { accountCapabilities, statesAccounts } from './account-capabilities.ts';
import type { PayloadEntry } from './payload-entry.ts';
import type { PayloadSpool } from './payload-spool.ts';
import { readEntry } from './read-entry.ts';
import { isLibraryPath, libraryLimitBytes, sonameCapabilities } from './soname-capabilities.ts';

/** Of one file with accounts. */
const accountLimitBytes = 1 << 20;

/** What rpm's dependency generators would find in the contents of the payload: libraries, users and groups. */
export async function generatedCapabilities(
  payload: readonly PayloadEntry[],
  spool: PayloadSpool,
): Promise<{ provides: Dependency[]; requires: Dependency[] }> {
  const provides: Dependency[] = [];
  const requires: Dependency[] = [];
  for (const entry of payload) {
    if (entry.type === 'file' && isLibraryPath(entry.path)) {
      const bytes = await readEntry(entry, spool, libraryLimitBytes);
      provides.push(...sonameCapabilities(bytes, entry.path));
    } else if (entry.type === 'file' && statesAccounts(entry.path)) {
      const content = await readEntry(entry, spool, accountLimitBytes);
      const found = accountCapabilities(entry.path, content.toString('utf8'));
      provides.push(...found.provides);
      requires.push(...found.requires);
    }
  }
  return { provides, requires };
}
