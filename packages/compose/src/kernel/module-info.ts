/** What depmod needs to know of one kernel module. */
export interface ModuleInfo {
  /** Path below `/usr/lib/modules/<version>/`, as it is stored (`kernel/drivers/block/virtio_blk.ko.xz`). */
  readonly path: string;
  /** Name with `-` as `_` (kmod's normal form). */
  readonly name: string;
  readonly aliases: readonly string[];
  /** Names of the modules that must be loaded before. */
  readonly depends: readonly string[];
  readonly softdeps: readonly string[];
  readonly weakdeps: readonly string[];
  /** Symbols that it exports to other modules. */
  readonly symbols: readonly string[];
}

export function moduleName(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.ko(\.(xz|zst|gz))?$/, '')
    .replace(/-/g, '_');
}

export function isModulePath(path: string): boolean {
  return /\.ko(\.(xz|zst|gz))?$/.test(path);
}

/** Reads an uncompressed module: its `.modinfo` section and the names in `__ksymtab_strings`' symbols. */
export function readModuleInfo(
  path: string,
  sections: { readonly modinfo: Uint8Array; readonly symbols: readonly string[] },
): ModuleInfo {
  const fields = parseModinfo(sections.modinfo);
  const all = (key: string) => fields.filter(([name]) => name === key).map(([, value]) => value);
  const normal = (name: string) => name.replace(/-/g, '_');
  return {
    path,
    name: moduleName(path),
    aliases: all('alias'),
    depends: all('depends')
      .flatMap((value) => value.split(','))
      .filter((name) => name !== '')
      .map(normal),
    softdeps: all('softdep'),
    weakdeps: all('weakdep'),
    symbols: sections.symbols,
  };
}

/** `.modinfo` is `key=value` strings, each ended by NUL (include/linux/moduleparam.h). */
export function parseModinfo(bytes: Uint8Array): [string, string][] {
  return Buffer.from(bytes)
    .toString('latin1')
    .split('\0')
    .filter((field) => field.includes('='))
    .map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]);
}
