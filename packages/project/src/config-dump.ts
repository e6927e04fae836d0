import { stringify } from 'smol-toml';
import type { Component, ComponentSpec, Distro, Image, PackageGroup, Project } from './project.ts';
import type { ComponentConfig, PackageGroupConfig } from './schema/component.ts';
import { type ConfigFile, configFile, type ProjectInfo } from './schema/config-file.ts';
import type { DistroConfig } from './schema/distro.ts';
import type { ImageConfig } from './schema/image.ts';
import type { OverlayEntry } from './schema/overlay.ts';
import { isTable } from './schema-walk.ts';

/**
 * The whole configuration as one value in the keys of the format, sorted: includes are
 * read, files merged, overlay files expanded and every component has what it inherits, so that the defaults themselves
 * are left out. Paths are relative to the directory of the project (`project.directory`), URIs stay.
 */
export function configDump(project: Project): Record<string, unknown> {
  return sortedTable(configFile.kind.write(withoutEmpty(resolvedConfig(project)), project.directory) as Table);
}

/** The same as TOML. */
export function formatConfigToml(value: Readonly<Record<string, unknown>>): string {
  return stringify(value);
}

function resolvedConfig(project: Project): ConfigFile {
  return {
    project: projectInfo(project),
    distros: mapValues(project.distros, distroConfig),
    resources: withoutEmpty(project.resources),
    components: mapValues(project.components, componentConfig),
    componentGroups: mapValues(project.componentGroups, ({ description, components }) => ({
      ...(description !== undefined && { description }),
      components: [...components],
    })),
    images: mapValues(project.images, imageConfig),
    tools: project.tools,
    defaultPackageConfig: withoutEmpty({ publish: project.defaultPackagePublish }),
    packageGroups: mapValues(project.packageGroups, packageGroupConfig),
    testSuites: Object.fromEntries(project.testSuites),
    snapshots: Object.fromEntries(project.snapshots),
    buildEnvironment: project.buildEnvironment,
    scriptlets: [...project.scriptlets],
  };
}

function projectInfo(project: Project): ProjectInfo {
  const { description, directories, defaultDistro, defaultAuthorEmail, defaultSnapshot, sourceDateEpoch } = project;
  return {
    logDir: directories.log,
    workDir: directories.work,
    outputDir: directories.output,
    renderedSpecsDir: directories.renderedSpecs,
    lockDir: directories.lock,
    ...(description !== undefined && { description }),
    ...(defaultDistro !== undefined && { defaultDistro }),
    ...(defaultAuthorEmail !== undefined && { defaultAuthorEmail }),
    ...(defaultSnapshot !== undefined && { defaultSnapshot }),
    ...(sourceDateEpoch !== undefined && { sourceDateEpoch }),
  };
}

function distroConfig({ name: _name, origin: _origin, versions, ...config }: Distro): DistroConfig {
  return {
    ...config,
    versions: mapValues(versions, ({ defaultComponentConfig: _applied, ...version }) => version),
  };
}

function componentConfig(component: Component): ComponentConfig {
  const { build, sourceFiles, publish } = component;
  return withoutEmpty<ComponentConfig>({
    spec: specConfig(component),
    release: { calculation: component.release },
    overlays: component.overlays.map(({ overlay, metadata }): OverlayEntry => {
      const entry = overlay as OverlayEntry;
      return metadata === undefined ? entry : { ...entry, metadata };
    }),
    build,
    render: component.skipFileFilter ? { skipFileFilter: true } : {},
    sourceFiles: [...sourceFiles],
    packages: mapValues(component.packages, (settings) => ({ publish: settings })),
    publish,
  });
}

function specConfig({ name, spec }: { readonly name: string; readonly spec: ComponentSpec }): SpecConfig {
  switch (spec.type) {
    case 'local':
      return { type: 'local', path: spec.path };
    case 'import':
      return { type: 'import', package: spec.package, snapshot: spec.snapshot };
    case 'upstream': {
      const { distro, snapshot, commit } = spec;
      return {
        type: 'upstream',
        upstreamDistro: { ...distro, ...(snapshot !== undefined && { snapshot }) },
        ...(spec.name !== name && { upstreamName: spec.name }),
        ...(commit !== undefined && { upstreamCommit: commit }),
      };
    }
  }
}

type Table = Readonly<Record<string, unknown>>;
type SpecConfig = NonNullable<ComponentConfig['spec']>;

function imageConfig({ name: _name, origin: _origin, ...config }: Image): ImageConfig {
  return config;
}

function packageGroupConfig({ description, packages, publish }: PackageGroup): PackageGroupConfig {
  return {
    ...(description !== undefined && { description }),
    packages: [...packages],
    defaultPackageConfig: { publish },
  };
}

function mapValues<T, R>(values: ReadonlyMap<string, T>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries([...values].map(([name, value]) => [name, map(value)]));
}

/** Without members that say nothing; shallow, so that what an author named stays. */
function withoutEmpty<T extends object>(table: T): T {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => !isEmpty(value))) as T;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isTable(value) && Object.keys(value).length === 0;
}

/** Keys in order of UTF-16 units, at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  return isTable(value) ? sortedTable(value) : value;
}

function sortedTable(table: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const keys = Object.keys(table).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(table[key])]));
}
