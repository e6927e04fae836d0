import { dirname, relative } from 'node:path';
import { inherit, override } from './inherit.ts';
import type { ConfigSource } from './load-sources.ts';
import type { Mistakes } from './mistakes.ts';
import type { ConfigPath, Origin } from './project.ts';
import type {
  ComponentConfig,
  ComponentGroupConfig,
  PackageGroupConfig,
  PackagePublish,
  SourceFile,
} from './schema/component.ts';
import type { BuildEnvironment, ConfigFile, ProjectInfo, ScriptletPolicy, Tools } from './schema/config-file.ts';
import type { DistroConfig } from './schema/distro.ts';
import type { ImageConfig } from './schema/image.ts';
import type { OverlayEntry } from './schema/overlay.ts';
import type { Resources } from './schema/resources.ts';
import type { SnapshotSource } from './schema/snapshot.ts';
import type { TestSuite } from './schema/test-suite.ts';

/** A definition that one file gives under a name. */
export interface Defined<T> {
  readonly config: T;
  readonly origin: Origin;
}

/** All files of a project as one, before components inherit. */
export interface MergedConfig {
  readonly project: ProjectInfo;
  readonly tools: Tools;
  readonly resources: Resources;
  readonly buildEnvironment: BuildEnvironment;
  readonly defaultComponentConfig: ComponentConfig;
  readonly defaultPackagePublish: PackagePublish;
  readonly distros: ReadonlyMap<string, Defined<DistroConfig>>;
  readonly components: ReadonlyMap<string, Defined<ComponentConfig>>;
  readonly componentGroups: ReadonlyMap<string, Defined<ComponentGroupConfig>>;
  readonly packageGroups: ReadonlyMap<string, Defined<PackageGroupConfig>>;
  readonly images: ReadonlyMap<string, Defined<ImageConfig>>;
  readonly testSuites: ReadonlyMap<string, Defined<TestSuite>>;
  readonly snapshots: ReadonlyMap<string, Defined<SnapshotSource>>;
  readonly scriptlets: readonly Defined<ScriptletPolicy>[];
  /** Where each overlay and source file was written; inherited ones keep their identity. */
  readonly origins: ReadonlyMap<OverlayEntry | SourceFile, Origin>;
  /** Every component configuration that says something, as it was written: for checks that speak once per place. */
  readonly written: readonly WrittenComponent[];
}

export interface WrittenComponent extends Defined<ComponentConfig> {
  /** A default is inherited; only those may name a snapshot time. */
  readonly isDefault: boolean;
}

export interface MergeOptions {
  /** What holds before the first file. */
  readonly defaults: ConfigFile;
  /** Definitions of one component in several files are continued as inheritance does, instead of being refused. */
  readonly mergeComponents: boolean;
}

/** Merges files in load order (overlays.md 1.3). */
export function mergeConfig(
  sources: readonly ConfigSource[],
  { defaults, mergeComponents }: MergeOptions,
  mistakes: Mistakes,
): MergedConfig {
  const written = sources.flatMap(writtenComponents);
  return {
    project: sources.reduce<ProjectInfo>(
      (merged, { config }) => override(merged, config.project ?? {}),
      defaults.project ?? {},
    ),
    tools: sources.reduce<Tools>((merged, { config }) => override(merged, config.tools ?? {}), defaults.tools ?? {}),
    resources: sources.reduce<Resources>(
      (merged, { config }) => mergeResources(merged, config.resources ?? {}),
      defaults.resources ?? {},
    ),
    buildEnvironment: mergeInherited(sources, (config) => config.buildEnvironment),
    defaultComponentConfig: mergeInherited(sources, (config) => config.defaultComponentConfig),
    defaultPackagePublish: mergeInherited(sources, (config) => config.defaultPackageConfig?.publish),
    distros: mergeDistros(sources),
    components: mergeComponents
      ? sortedByName(continuedComponents(sources))
      : named(sources, 'components', (config) => config.components, mistakes),
    componentGroups: named(sources, 'component-groups', (config) => config.componentGroups, mistakes),
    packageGroups: named(sources, 'package-groups', (config) => config.packageGroups, mistakes),
    images: named(sources, 'images', (config) => config.images, mistakes),
    testSuites: named(sources, 'test-suites', (config) => config.testSuites, mistakes),
    snapshots: named(sources, 'snapshots', (config) => config.snapshots, mistakes),
    scriptlets: sources.flatMap(({ config, file }) =>
      (config.scriptlets ?? []).map((policy, index) => ({
        config: policy,
        origin: { file, path: ['scriptlets', index] },
      })),
    ),
    origins: originsOf(written),
    written,
  };
}

function mergeInherited<T extends object>(
  sources: readonly ConfigSource[],
  pick: (config: ConfigFile) => T | undefined,
): T {
  return sources.reduce((merged, { config }) => inherit(merged, pick(config) ?? ({} as T)), {} as T);
}

function mergeResources(merged: Resources, later: Resources): Resources {
  return {
    rpmRepos: { ...merged.rpmRepos, ...later.rpmRepos },
    rpmRepoSetTemplates: { ...merged.rpmRepoSetTemplates, ...later.rpmRepoSetTemplates },
    rpmRepoSets: { ...merged.rpmRepoSets, ...later.rpmRepoSets },
  };
}

function mergeDistros(sources: readonly ConfigSource[]): Map<string, Defined<DistroConfig>> {
  const distros = new Map<string, Defined<DistroConfig>>();
  for (const { config, file } of sources) {
    for (const [name, distro] of Object.entries(config.distros ?? {})) {
      const earlier = distros.get(name);
      const origin = earlier?.origin ?? { file, path: ['distros', name] };
      distros.set(name, { config: override(earlier?.config ?? {}, distro, ['versions']), origin });
    }
  }
  return sortedByName(distros);
}

function named<T>(
  sources: readonly ConfigSource[],
  table: string,
  pick: (config: ConfigFile) => Readonly<Record<string, T>> | undefined,
  mistakes: Mistakes,
): Map<string, Defined<T>> {
  const definitions = new Map<string, Defined<T>>();
  for (const { config, file } of sources) {
    for (const [name, value] of Object.entries(pick(config) ?? {})) {
      const origin: Origin = { file, path: [table, name] };
      const earlier = definitions.get(name);
      if (earlier === undefined) {
        definitions.set(name, { config: value, origin });
      } else {
        const at = mistakes.positionOf(earlier.origin);
        mistakes.add(
          'PROJECT_DUPLICATE',
          origin,
          `it is already defined in ${relative(dirname(origin.file), at.file)}:${at.line}`,
          'remove one of the two',
        );
      }
    }
  }
  return sortedByName(definitions);
}

/** As azldev 0.4: a component may be defined in parts; the first one is where it is written. */
function continuedComponents(sources: readonly ConfigSource[]): Map<string, Defined<ComponentConfig>> {
  const components = new Map<string, Defined<ComponentConfig>>();
  for (const { config, file } of sources) {
    for (const [name, component] of Object.entries(config.components ?? {})) {
      const earlier = components.get(name);
      const origin = earlier?.origin ?? { file, path: ['components', name] };
      components.set(name, { config: inherit(earlier?.config ?? {}, component), origin });
    }
  }
  return components;
}

/** Order of UTF-16 units: the same on every machine. */
export function sortedByName<T>(values: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...values].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function writtenComponents({ config, file }: ConfigSource): WrittenComponent[] {
  const found: WrittenComponent[] = [];
  function add(value: ComponentConfig | undefined, path: ConfigPath, isDefault: boolean): void {
    if (value !== undefined && Object.keys(value).length > 0) {
      found.push({ config: value, origin: { file, path }, isDefault });
    }
  }
  for (const [name, component] of Object.entries(config.components ?? {})) {
    add(component, ['components', name], false);
  }
  for (const [name, group] of Object.entries(config.componentGroups ?? {})) {
    add(group.defaultComponentConfig, ['component-groups', name, 'default-component-config'], true);
  }
  for (const [name, distro] of Object.entries(config.distros ?? {})) {
    for (const [version, value] of Object.entries(distro.versions ?? {})) {
      add(value.defaultComponentConfig, ['distros', name, 'versions', version, 'default-component-config'], true);
    }
  }
  add(config.defaultComponentConfig, ['default-component-config'], true);
  return found;
}

function originsOf(written: readonly WrittenComponent[]): Map<OverlayEntry | SourceFile, Origin> {
  const origins = new Map<OverlayEntry | SourceFile, Origin>();
  for (const { config, origin } of written) {
    config.overlays?.forEach((entry, index) => {
      origins.set(entry, { file: origin.file, path: [...origin.path, 'overlays', index] });
    });
    config.sourceFiles?.forEach((entry, index) => {
      origins.set(entry, { file: origin.file, path: [...origin.path, 'source-files', index] });
    });
  }
  return origins;
}
