/** An entry of package-lock.json (npm's lockfileVersion 3), as far as it matters here. */
export interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface PackageLock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/**
 * npm leaves optional packages out of the lock that the registry at hand does not carry, and `npm ci` refuses such a
 * lock later. Adds what is missing: binaries for other platforms, which say by their names where they fit and are
 * never installed elsewhere.
 */
export function completeLock<T extends PackageLock>(lock: T): T {
  const missing = Object.values(lock.packages).flatMap(({ optionalDependencies = {}, dev = false }) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !(`node_modules/${name}` in lock.packages))
      .map(([name, version]) => [`node_modules/${name}`, platformEntry(name, version, dev)] as const),
  );
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) });
  return { ...lock, packages: Object.fromEntries(packages.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** `@scope/binding-linux-x64-musl` → os linux, cpu x64, libc musl. */
function platformEntry(name: string, version: string, dev: boolean): LockEntry {
  const match =
    /(?:^|[/-])(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-([a-z0-9]+)(.*)$/.exec(name);
  const [, os, cpu, suffix = ''] = match ?? [];
  if (name.endsWith('wasm32-wasi')) {
    return { version, cpu: ['wasm32'], ...(dev && { dev }), optional: true };
  }
  if (os === undefined || cpu === undefined) {
    throw new Error(`${name} is missing in the lock and its name does not say for which platform it is`);
  }
  const libc = suffix.includes('musl') ? ['musl'] : ['glibc'];
  return {
    version,
    cpu: [cpu],
    ...(dev && { dev }),
    ...(os === 'linux' && { libc }),
    optional: true,
    os: [os],
  };
}
