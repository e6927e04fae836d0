import { type FileTree, joinPath, rootOwned } from '@slipway/tree';
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

export interface UnitLink {
  readonly path: string;
  readonly target: string;
}

const unitName = /\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

export function isUnitName(name: string): boolean {
  return unitName.test(name);
}

/**
 * The symbolic links that `systemctl preset-all` would make for these unit files (name → text) on an image without
 * any: `.wants`, `.requires`, `.upholds` and aliases of every unit that the rules enable, and of what it names in
 * `Also=`. Units without [Install] are not touched. Sources: systemctl(1) preset-all, systemd.unit(5) "[Install]".
 */
export function planPresets(
  units: ReadonlyMap<string, string>,
  rules: readonly PresetRule[],
  scope: UnitScope,
): UnitLink[] {
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
export function planEnable(units: ReadonlyMap<string, string>, names: readonly string[], scope: UnitScope): UnitLink[] {
  const plan = new EnablePlan(units, scope);
  names.forEach((name) => plan.enable(name));
  return plan.links();
}

class EnablePlan {
  readonly #units: ReadonlyMap<string, string>;
  readonly #scope: UnitScope;
  readonly #links = new Map<string, string>();
  readonly #seen = new Set<string>();

  constructor(units: ReadonlyMap<string, string>, scope: UnitScope) {
    this.#units = units;
    this.#scope = scope;
  }

  enable(name: string): void {
    const file = this.#units.has(name) ? name : templateFile(name);
    const text = this.#units.get(file);
    if (text === undefined || this.#seen.has(name)) {
      return;
    }
    this.#seen.add(name);
    const install = readUnitSection(text, 'Install');
    const instance = isTemplate(name) ? unitWords(install, 'DefaultInstance')[0] : undefined;
    const enabled = instance === undefined ? name : instantiate(name, instance);
    if (!isTemplate(enabled)) {
      this.#want(enabled, file, install);
    }
    for (const alias of unitWords(install, 'Alias')) {
      this.#link(joinPath(this.#scope.admin, expand(alias, enabled)), file);
    }
    unitWords(install, 'Also').forEach((also) => this.enable(expand(also, enabled)));
  }

  links(): UnitLink[] {
    return [...this.#links].map(([path, target]) => ({ path, target })).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #want(enabled: string, file: string, install: ReturnType<typeof readUnitSection>): void {
    const kinds = { WantedBy: 'wants', RequiredBy: 'requires', UpheldBy: 'upholds' } as const;
    for (const [key, suffix] of Object.entries(kinds)) {
      for (const target of unitWords(install, key)) {
        this.#link(`${this.#scope.admin}/${expand(target, enabled)}.${suffix}/${enabled}`, file);
      }
    }
  }

  #link(path: string, file: string): void {
    this.#links.set(path, joinPath(this.#scope.vendor, file));
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
