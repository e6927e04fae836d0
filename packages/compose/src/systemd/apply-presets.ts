import { SlipwayError } from '@slipway/core';
import type { ImageDefinition } from '@slipway/project';
import { type FileTree, rootOwned } from '@slipway/tree';
import type { ConfigFile } from '../accounts.ts';
import { ensureDirectories } from '../build-tree.ts';
import type { ConfigContents } from '../config-contents.ts';
import { configText, dropInFiles } from './drop-in-files.ts';
import {
  addUnitLinks,
  isUnitName,
  planEnable,
  planPresets,
  systemScope,
  type UnitFiles,
  type UnitScope,
  userScope,
} from './enable-units.ts';
import { parsePresets } from './presets.ts';

type Services = NonNullable<ImageDefinition['services']>;

/** Enables units as the presets and then the image definition say; masks last. */
export function applyPresets(
  tree: FileTree,
  configs: ConfigContents,
  services: Services | undefined,
  time: number,
): void {
  for (const [scope, presets] of [
    [systemScope, ['/etc/systemd/system-preset', '/usr/lib/systemd/system-preset']],
    [userScope, ['/etc/systemd/user-preset', '/usr/lib/systemd/user-preset']],
  ] as const) {
    const rules = parsePresets(dropInFiles(tree, configs, presets, '.preset'));
    addUnitLinks(tree, planPresets(unitFiles(tree, configs, scope), rules, scope), time);
  }
  const units = unitFiles(tree, configs, systemScope);
  addUnitLinks(tree, planEnable(units, known(units, services?.enable ?? []), systemScope), time);
  disableUnits(tree, services?.disable ?? []);
  maskUnits(tree, services?.mask ?? [], time);
}

/** Vendor files, hidden by an administrator's file of the same name. Links are aliases, not units. */
function unitFiles(tree: FileTree, configs: ConfigContents, scope: UnitScope): Map<string, ConfigFile> {
  const units = new Map<string, ConfigFile>();
  for (const directory of [scope.vendor, scope.admin]) {
    for (const path of tree.children(directory)) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const text = isUnitName(name) && tree.get(path)?.type === 'file' ? configText(tree, configs, path) : undefined;
      if (text !== undefined) {
        units.set(name, { path, text });
      }
    }
  }
  return units;
}

function known(units: UnitFiles, names: readonly string[]): readonly string[] {
  const missing = names.filter((name) => !units.has(name) && !units.has(name.replace(/@.*\./, '@.')));
  if (missing.length > 0) {
    throw new SlipwayError(
      'COMPOSE_MISSING_FILE',
      `Cannot enable ${missing.join(', ')}: no package of the image has the unit`,
      {
        hint: 'add the package to the image, or correct [services] enable',
      },
    );
  }
  return names;
}

function disableUnits(tree: FileTree, names: readonly string[]): void {
  for (const { path, inode } of [...tree.entries(systemScope.admin)]) {
    if (inode.type === 'symlink' && names.some((name) => path.endsWith(`/${name}`))) {
      tree.delete(path);
    }
  }
}

function maskUnits(tree: FileTree, names: readonly string[], time: number): void {
  for (const name of names) {
    ensureDirectories(tree, systemScope.admin, time);
    tree.set(`${systemScope.admin}/${name}`, { ...rootOwned(0o777, time), type: 'symlink', target: '/dev/null' });
  }
}
