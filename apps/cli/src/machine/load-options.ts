import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { LoadOptions } from '@slipway/project';
import type { GlobalOptions } from '../global-options.ts';
import type { Machine } from './machine.ts';

/**
 * Which files make up the configuration (overlays.md 1.1): after the project's own the user's
 * `$XDG_CONFIG_HOME/{slipway,azldev}/config.toml` where there is one, then those of `--config-file`.
 */
export async function loadOptions(machine: Machine, options: GlobalOptions, project: string): Promise<LoadOptions> {
  const own = (options.configFile ?? []).map((file) => resolve(machine.directory, file));
  const withDefaults = options.defaultConfig !== false;
  const user = withDefaults ? await userConfig(machine, project) : [];
  return {
    configFiles: [...user, ...own],
    permissive: options.permissiveConfig ?? false,
    embeddedDefaults: withDefaults,
    mergeComponents: options.mergeComponents ?? false,
    overlayMode: options.overlays ?? 'august-2026',
  };
}

/** azldev's file is for projects that azldev reads. */
async function userConfig({ env, home }: Machine, project: string): Promise<string[]> {
  const base = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(home, '.config');
  const isOwn = basename(project) === 'slipway.toml' || (await exists(join(project, 'slipway.toml')));
  const file = join(base, isOwn ? 'slipway' : 'azldev', 'config.toml');
  return (await exists(file)) ? [file] : [];
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
