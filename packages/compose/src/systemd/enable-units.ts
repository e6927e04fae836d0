import { type FileTree, joinPath, rootOwned } from '@slipway/tree';
import type { ConfigFile } from '../accounts.ts';
import { ensureDirectories } from '../build-tree.ts';
import { type PresetRule, presetFor } from './presets.ts';
import { readUnitSection, unitWords } from './unit-file.ts';

export interface UnitScope {
  /** Where packages put units, for example `/usr/lib/systemd/system`. */
  readonly vendor: string;
  /** Where the links go, for example `/etc/systemd/system`. */
  readonly admin: string;
}

export const systemScope: UnitScope = { vendor: '/usr/lib/systemd/system', admin: '/etc/systemd/system' };
export const userScope: UnitScope = { vendor: '/usr/lib/systemd/user', admin: '/etc/systemd/user' };

/** Unit files by name, those that count where directories have the same name. */
export type UnitFiles = ReadonlyMap<string, ConfigFile>;

export interface UnitLink {
  readonly path: string;
  readonly target: string;
}

const unitName = /\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

export function isUnitName(name: string): boolean {
  return unitName.test(name);
}

/**
 * The symbolic links that `systemctl preset-all` would make for these unit files on an image without
 * any: `.wants`, `.requires`, `.upholds` and aliases of every unit that the rules enable, and of what it names in
 * `Also=`. Units without [Install] are not touched. Sources: systemctl(1) preset-all, systemd.unit(5) "[Install]".
 */
export function planPresets(units: UnitFiles, rules: readonly PresetRule[], scope: UnitScope): UnitLink[] {
  const plan = new EnablePlan(units, scope);
  for (const unit of [...units.keys()].sort()) {
    const decision = presetFor(unit, rules);
    if (decision.action !== 'enable') {
      continue;
    }
    if (isTemplate(unit) && decision.instances.length > 0) {
      decision.instances.forEach((instance) => plan.enable(instantiate(unit, instance)));
    } else {
      plan.enable(unit);
    }
  }
  return plan.links();
}

/** Links for units that the image definition enables by name. */
export function planEnable(units: UnitFiles, names: readonly string[], scope: UnitScope): UnitLink[] {
  const plan = new EnablePlan(units, scope);
  names.forEach((name) => plan.enable(name));
  return plan.links();
}

class EnablePlan {
  readonly #units: UnitFiles;
  readonly #scope: UnitScope;
  readonly #links = new Map<string, string>();
  readonly #seen = new Set<string>();

  constructor(units: UnitFiles, scope: UnitScope) {
    this.#units = units;
    this.#scope = scope;
  }

  enable(name: string): void {
    const file = this.#units.get(name) ?? this.#units.get(templateFile(name));
    if (file === undefined || this.#seen.has(name)) {
      return;
    }
    this.#seen.add(name);
    const install = readUnitSection(file.text, 'Install');
    const instance = isTemplate(name) ? unitWords(install, 'DefaultInstance')[0] : undefined;
    const enabled = instance === undefined ? name : instantiate(name, instance);
    if (!isTemplate(enabled)) {
      this.#want(enabled, file.path, install);
    }
    for (const alias of unitWords(install, 'Alias').flatMap((each) => aliasFor(name, expand(each, name)))) {
      this.#links.set(joinPath(this.#scope.admin, alias), file.path);
    }
    unitWords(install, 'Also').forEach((also) => this.enable(expand(also, name)));
  }

  links(): UnitLink[] {
    return [...this.#links].map(([path, target]) => ({ path, target })).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #want(enabled: string, path: string, install: ReturnType<typeof readUnitSection>): void {
    const kinds = { WantedBy: 'wants', RequiredBy: 'requires', UpheldBy: 'upholds' } as const;
    for (const [key, suffix] of Object.entries(kinds)) {
      for (const target of unitWords(install, key)) {
        this.#links.set(`${this.#scope.admin}/${expand(target, enabled)}.${suffix}/${enabled}`, path);
      }
    }
  }
}

/** Adds the links to the tree; a link or file that is there already (an administrator's, or masked) stays. */
export function addUnitLinks(tree: FileTree, links: readonly UnitLink[], time: number): void {
  for (const { path, target } of links) {
    if (!tree.has(path)) {
      ensureDirectories(tree, path.slice(0, path.lastIndexOf('/')), time);
      tree.set(path, { ...rootOwned(0o777, time), type: 'symlink', target });
    }
  }
}

function isTemplate(unit: string): boolean {
  return /@\.[a-z]+$/.test(unit);
}

function templateFile(unit: string): string {
  return unit.replace(/@[^.]*\./, '@.').replace(/@.*(\.[a-z]+)$/, '@$1');
}

/**
 * The alias as systemd takes it: a template alias of an instance becomes that instance; a name of another type, or an
 * instance where the unit is none (and the other way round), is no alias.
 */
function aliasFor(unit: string, alias: string): string[] {
  const [, stem = '', instance, type] = unitParts(unit);
  const parts = unitParts(alias);
  if (parts[1] === undefined || stem === '' || parts[3] !== type) {
    return [];
  }
  const name = instance !== undefined && parts[2] === '' ? instantiate(alias, instance) : alias;
  const aliasInstance = unitParts(name)[2];
  const fits = instance === '' ? aliasInstance !== undefined : aliasInstance === instance;
  return fits && isUnitName(name) && !name.includes('/') ? [name] : [];
}

/** Stem, instance (undefined without `@`, empty for a template) and type. */
function unitParts(name: string): (string | undefined)[] {
  return /^([^@]+)(?:@(.*))?(\.[a-z]+)$/.exec(name) ?? [];
}

function instantiate(template: string, instance: string): string {
  return template.replace('@.', `@${instance}.`);
}

/** The specifiers that are allowed in [Install] and known without a machine: %n %N %p %i %j %% (systemd.unit(5)). */
function expand(text: string, unit: string): string {
  const prefix = unit.replace(/\.[a-z]+$/, '');
  const [stem = '', instance = ''] = prefix.split('@');
  const values: Record<string, string> = {
    n: unit,
    N: prefix,
    p: stem,
    i: instance,
    j: stem.slice(stem.lastIndexOf('-') + 1),
    '%': '%',
  };
  return text.replace(/%([nNpij%])/g, (_, letter: string) => values[letter] ?? '');
}
