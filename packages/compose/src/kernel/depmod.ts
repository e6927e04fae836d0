import { ModuleIndex } from './module-index.ts';
import { type ModuleInfo, moduleName, parseModinfo } from './module-info.ts';

export interface DepmodInput {
  readonly modules: readonly ModuleInfo[];
  /** Texts of `modules.order` and `modules.builtin`, bytes of `modules.builtin.modinfo`, as the kernel package has them. */
  readonly order: string;
  readonly builtin: string;
  readonly builtinModinfo: Uint8Array;
}

/**
 * The files that `depmod -a` writes beside the modules (file name → content), for a set of modules.
 * Formats: depmod(8), modules.dep(5), and kmod's binary index (`module-index.ts`).
 */
export function planDepmod(input: DepmodInput): Map<string, string | Uint8Array> {
  const modules = inOrder(input);
  const closure = new DependencyClosure(modules);
  const built = builtinAliases(input.builtinModinfo);
  const builtinNames = input.builtin
    .split('\n')
    .filter((line) => line !== '')
    .map(moduleName);
  return new Map<string, string | Uint8Array>([
    ['modules.dep', modules.map((module) => `${closure.line(module)}\n`).join('')],
    ['modules.dep.bin', index(modules, (module) => [[module.name, closure.line(module)]])],
    ['modules.alias', withHeader('Aliases extracted from modules themselves.', aliasLines(modules))],
    ['modules.alias.bin', index(modules, (module) => module.aliases.map((alias) => [normalAlias(alias), module.name]))],
    ['modules.symbols', withHeader('Aliases for symbols, used by symbol_request().', symbolLines(modules))],
    [
      'modules.symbols.bin',
      index(modules, (module) => module.symbols.map((symbol) => [`symbol:${symbol}`, module.name])),
    ],
    [
      'modules.softdep',
      withHeader('Soft dependencies extracted from modules themselves.', dependencyLines(modules, 'softdep')),
    ],
    [
      'modules.weakdep',
      withHeader('Weak dependencies extracted from modules themselves.', dependencyLines(modules, 'weakdep')),
    ],
    ['modules.devname', withHeader('Device nodes to trigger on-demand module loading.', deviceNames(modules))],
    ['modules.builtin.bin', plainIndex(builtinNames.map((name) => [name, '']))],
    ['modules.builtin.alias.bin', plainIndex(built)],
  ]);
}

/** The modules that loading `names` needs, themselves included; unknown names are returned apart. */
export function moduleClosure(
  modules: readonly ModuleInfo[],
  names: readonly string[],
): { found: ModuleInfo[]; unknown: string[] } {
  const closure = new DependencyClosure(modules);
  const known = new Map(modules.map((module) => [module.name, module]));
  const wanted = names.map((name) => name.replace(/-/g, '_'));
  const roots = wanted.flatMap((name) => known.get(name) ?? []);
  const softdeps = roots.flatMap((module) => softdepNames(module)).flatMap((name) => known.get(name) ?? []);
  const found = new Set([...roots, ...softdeps].flatMap((module) => [module, ...closure.of(module)]));
  return { found: modules.filter((module) => found.has(module)), unknown: wanted.filter((name) => !known.has(name)) };
}

function softdepNames(module: ModuleInfo): string[] {
  return module.softdeps
    .flatMap((text) => text.split(/\s+/))
    .filter((word) => word !== '' && !word.endsWith(':'))
    .map((name) => name.replace(/-/g, '_'));
}

/** Modules in the order of modules.order (the kernel's own preference), unlisted ones last by path. */
function inOrder(input: DepmodInput): ModuleInfo[] {
  const rank = new Map(input.order.split('\n').map((path, at) => [path.replace(/\.o$/, '.ko'), at]));
  const rankOf = (module: ModuleInfo) => rank.get(module.path.replace(/\.(xz|zst|gz)$/, '')) ?? Number.MAX_SAFE_INTEGER;
  return [...input.modules].sort((a, b) => rankOf(a) - rankOf(b) || (a.path < b.path ? -1 : 1));
}

class DependencyClosure {
  readonly #byName: ReadonlyMap<string, ModuleInfo>;
  readonly #known = new Map<ModuleInfo, ModuleInfo[]>();

  constructor(modules: readonly ModuleInfo[]) {
    this.#byName = new Map(modules.map((module) => [module.name, module]));
  }

  /** All modules that must be loaded before, dependents before what they need (modules.dep(5): load from the end). */
  of(module: ModuleInfo): ModuleInfo[] {
    const known = this.#known.get(module);
    if (known !== undefined) {
      return known;
    }
    this.#known.set(module, []); // a circle ends here
    const after = new Set<ModuleInfo>();
    for (const name of module.depends) {
      const needed = this.#byName.get(name);
      if (needed === undefined) {
        continue; // built in
      }
      for (const each of [...this.of(needed)].reverse()) {
        after.add(each);
      }
      after.add(needed);
    }
    const closure = [...after].reverse();
    this.#known.set(module, closure);
    return closure;
  }

  line(module: ModuleInfo): string {
    return [`${module.path}:`, ...this.of(module).map((each) => each.path)].join(' ');
  }
}

function index(
  modules: readonly ModuleInfo[],
  rows: (module: ModuleInfo) => readonly (readonly [string, string])[],
): Uint8Array {
  const out = new ModuleIndex();
  modules.forEach((module, priority) => {
    for (const [key, value] of rows(module)) {
      out.add(key, value, priority);
    }
  });
  return out.finish();
}

function plainIndex(rows: readonly (readonly [string, string])[]): Uint8Array {
  const out = new ModuleIndex();
  for (const [key, value] of rows) {
    out.add(key, value, 0);
  }
  return out.finish();
}

/** kmod looks aliases up with `-` as `_`, except inside brackets. */
function normalAlias(alias: string): string {
  return alias.replace(/\[[^\]]*\]|-/g, (part) => (part === '-' ? '_' : part));
}

function aliasLines(modules: readonly ModuleInfo[]): string[] {
  return modules.flatMap((module) => module.aliases.map((alias) => `alias ${normalAlias(alias)} ${module.name}`));
}

function symbolLines(modules: readonly ModuleInfo[]): string[] {
  return modules.flatMap((module) => module.symbols.map((symbol) => `alias symbol:${symbol} ${module.name}`));
}

function dependencyLines(modules: readonly ModuleInfo[], kind: 'softdep' | 'weakdep'): string[] {
  return modules.flatMap((module) =>
    (kind === 'softdep' ? module.softdeps : module.weakdeps).map((text) => `${kind} ${module.name} ${text}`),
  );
}

/** `char-major-10-200` with `devname:net/tun` gives `tun net/tun c10:200`. */
function deviceNames(modules: readonly ModuleInfo[]): string[] {
  return modules.flatMap((module) => {
    const name = module.aliases.find((alias) => alias.startsWith('devname:'))?.slice('devname:'.length);
    const device = module.aliases
      .map((alias) => /^(char|block)-major-(\d+)-(\d+)$/.exec(alias))
      .find((match) => match !== null);
    return name === undefined || device === undefined
      ? []
      : [`${module.name} ${name} ${device[1] === 'char' ? 'c' : 'b'}${device[2]}:${device[3]}`];
  });
}

/** `modules.builtin.modinfo` has `module.key=value` strings. */
function builtinAliases(bytes: Uint8Array): [string, string][] {
  return parseModinfo(bytes).flatMap(([key, value]): [string, string][] => {
    const dot = key.indexOf('.');
    return key.slice(dot + 1) === 'alias' ? [[normalAlias(value), key.slice(0, dot).replace(/-/g, '_')]] : [];
  });
}

function withHeader(text: string, lines: readonly string[]): string {
  return `# ${text}\n${lines.map((line) => `${line}\n`).join('')}`;
}
