import type { ImageDefinition } from './schema/image-definition.ts';

/** Lists that are one statement: a nearer one takes their place. */
const replacedLists = new Set(['formats', 'entrypoint', 'cmd', 'languages']);

/**
 * What an image that extends another one consists of. Single values take the place of inherited ones, tables are
 * merged by key, lists are continued without repetition (except `formats`, `entrypoint`, `cmd` and `languages`).
 * A file, directory or link replaces an inherited one of the same path, exclude-packages takes inherited packages
 * out, root-size and free-space replace each other.
 */
export function extendImage(base: ImageDefinition, nearer: ImageDefinition): ImageDefinition {
  const merged = extendTable(base, nearer) as unknown as ImageDefinition & { base?: string };
  delete merged.base;
  const excluded = new Set(nearer.excludePackages);
  const listed = new Set(nearer.packages);
  return {
    ...merged,
    ...(merged.packages && { packages: merged.packages.filter((name) => !excluded.has(name)) }),
    ...(merged.excludePackages && { excludePackages: merged.excludePackages.filter((name) => !listed.has(name)) }),
    ...(merged.disk && { disk: withOneSize(merged.disk, nearer.disk) }),
  };
}

type Disk = NonNullable<ImageDefinition['disk']>;

function withOneSize(merged: Disk, nearer: Disk | undefined): Disk {
  const { rootSize, freeSpace, ...rest } = merged;
  if (nearer?.freeSpace !== undefined && freeSpace !== undefined) {
    return { ...rest, freeSpace };
  }
  if (nearer?.rootSize !== undefined && rootSize !== undefined) {
    return { ...rest, rootSize };
  }
  return merged;
}

function extendTable(base: object, nearer: object): Record<string, unknown> {
  const merged = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(nearer)) {
    const inherited = Object.hasOwn(base, key) ? merged[key] : undefined;
    merged[key] = extendValue(key, inherited, value);
  }
  return merged;
}

function extendValue(key: string, inherited: unknown, value: unknown): unknown {
  if (Array.isArray(inherited) && Array.isArray(value)) {
    return replacedLists.has(key) ? value : continued(inherited, value);
  }
  return isTable(inherited) && isTable(value) ? extendTable(inherited, value) : value;
}

function continued(inherited: readonly unknown[], own: readonly unknown[]): unknown[] {
  const identities = new Set(own.map(identity));
  return [...inherited.filter((entry) => !identities.has(identity(entry))), ...own];
}

/** Entries that describe a path are the same when the path is. */
function identity(entry: unknown): unknown {
  return isTable(entry) ? `path ${String((entry as { path?: unknown }).path)}` : entry;
}

function isTable(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
