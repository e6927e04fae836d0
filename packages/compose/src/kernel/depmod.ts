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
    [
      'modules.alias.bin',
      index(modules, (module) => searchableAliases(module.aliases).map((alias) => [alias, module.name])),
    ],
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

/** The modules that loading `names` needs or wishes for (softdep), themselves included; unknown names are returned apart. */
export function moduleClosure(
  modules: readonly ModuleInfo[],
  names: readonly string[],
): { found: ModuleInfo[]; unknown: string[] } {
  const known = new Map(modules.map((module) => [module.name, module]));
  const wanted = names.map((name) => name.replace(/-/g, '_'));
  const found = new Set<ModuleInfo>();
  const todo = [...wanted];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    const module = known.get(name);
    if (module !== undefined && !found.has(module)) {
      found.add(module);
      todo.push(...module.depends, ...softdepNames(module));
    }
  }
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

/**
 * What modules need, each module before what it needs itself, as depmod sorts them (topologically, by a stack). Modules
 * that are not related may stand in another order than depmod's, which goes by single symbols.
 */
class DependencyClosure {
  readonly #needs = new Map<ModuleInfo, readonly ModuleInfo[]>();
  readonly #position = new Map<ModuleInfo, number>();

  constructor(modules: readonly ModuleInfo[]) {
    const byName = new Map(modules.map((module) => [module.name, module]));
    for (const module of modules) {
      const needs = module.depends.flatMap((name) => byName.get(name) ?? []); // what is not there is built in
      this.#needs.set(module, [...new Set(needs)]);
    }
    this.#sort(modules);
  }

  /** All modules that must be loaded before, dependents before what they need (modules.dep(5): load from the end). */
  of(module: ModuleInfo): ModuleInfo[] {
    const found = new Set<ModuleInfo>();
    const todo = [module];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      for (const needed of this.#needs.get(next) ?? []) {
        if (!found.has(needed)) {
          found.add(needed);
          todo.push(needed);
        }
      }
    }
    found.delete(module); // in a circle a module would need itself
    return [...found].sort((a, b) => this.#positionOf(a) - this.#positionOf(b));
  }

  line(module: ModuleInfo): string {
    return [`${module.path}:`, ...this.of(module).map((each) => each.path)].join(' ');
  }

  #positionOf(module: ModuleInfo): number {
    return this.#position.get(module) ?? this.#needs.size; // modules of a circle have no place: they come last
  }

  #sort(modules: readonly ModuleInfo[]): void {
    const users = new Map<ModuleInfo, number>();
    for (const needed of [...this.#needs.values()].flat()) {
      users.set(needed, (users.get(needed) ?? 0) + 1);
    }
    const ready = modules.filter((module) => !users.has(module));
    for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
      this.#position.set(next, this.#position.size);
      for (const needed of this.#needs.get(next) ?? []) {
        const left = (users.get(needed) ?? 0) - 1;
        users.set(needed, left);
        if (left === 0) {
          ready.push(needed);
        }
      }
    }
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

/** kmod looks aliases up with `-` as `_`, except inside brackets; what has an unmatched bracket is never found. */
function searchableAliases(aliases: readonly string[]): string[] {
  return aliases
    .filter((alias) => !/[[\]]/.test(alias.replace(/\[[^\]]*\]/g, '')))
    .map((alias) => alias.replace(/\[[^\]]*\]|-/g, (part) => (part === '-' ? '_' : part)));
}

function aliasLines(modules: readonly ModuleInfo[]): string[] {
  return modules.flatMap((module) => module.aliases.map((alias) => `alias ${alias} ${module.name}`));
}

function symbolLines(modules: readonly ModuleInfo[]): string[] {
  return modules.flatMap((module) => module.symbols.map((symbol) => `alias symbol:${symbol} ${module.name}`));
}

function dependencyLines(modules: readonly ModuleInfo[], kind: 'softdep' | 'weakdep'): string[] {
  return modules.flatMap((module) =>
    (kind === 'softdep' ? module.softdeps : module.weakdeps).map((text) => `${kind} ${module.name} ${text}`),
  );
}

/** `char-major-10-200` with `devname:net/tun` gives `tun net/tun c10:200`; of several, the first complete pair. */
function deviceNames(modules: readonly ModuleInfo[]): string[] {
  return modules.flatMap((module) => {
    let name: string | undefined;
    let device: string | undefined;
    for (const alias of module.aliases) {
      if (name === undefined || device === undefined) {
        name = alias.startsWith('devname:') ? alias.slice('devname:'.length) : name;
        device = deviceNumbers(alias) ?? device;
      }
    }
    return name === undefined || device === undefined ? [] : [`${module.name} ${name} ${device}`];
  });
}

function deviceNumbers(alias: string): string | undefined {
  const match = /^(char|block)-major-(\d+)-(\d+)/.exec(alias);
  return match === null ? undefined : `${match[1] === 'char' ? 'c' : 'b'}${match[2]}:${match[3]}`;
}

/** `modules.builtin.modinfo` has `module.key=value` strings. */
function builtinAliases(bytes: Uint8Array): [string, string][] {
  return parseModinfo(bytes).flatMap(([key, value]): [string, string][] => {
    const dot = key.indexOf('.');
    const module = key.slice(0, dot);
    return key.slice(dot + 1) === 'alias' ? searchableAliases([value]).map((alias) => [alias, module]) : [];
  });
}

function withHeader(text: string, lines: readonly string[]): string {
  return `# ${text}\n${lines.map((line) => `${line}\n`).join('')}`;
}
