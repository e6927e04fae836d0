import { resolve } from 'node:path';
import { absoluteGlob } from './glob.ts';
import type { ComponentConfig, ComponentGroupConfig, SourceFile } from './schema/component.ts';
import type { ConfigFile, ProjectInfo } from './schema/config-file.ts';
import type { DistroConfig, DistroVersion } from './schema/distro.ts';
import type { ImageConfig } from './schema/image.ts';
import type { OverlayEntry } from './schema/overlay.ts';
import type { Resources } from './schema/resources.ts';
import type { SnapshotSource } from './schema/snapshot.ts';
import type { TestSuite } from './schema/test-suite.ts';

/** The configuration of a file with every path made absolute: paths are relative to the file (overlays.md 1.5). */
export function absoluteConfig(config: ConfigFile, directory: string): ConfigFile {
  const component = (value: ComponentConfig) => absoluteComponent(value, directory);
  return {
    ...config,
    ...present('project', config.project, (project) => absoluteProject(project, directory)),
    ...present('distros', config.distros, (distros) =>
      mapValues(distros, (distro) => absoluteDistro(distro, directory)),
    ),
    ...present('components', config.components, (components) => mapValues(components, component)),
    ...present('componentGroups', config.componentGroups, (groups) =>
      mapValues(groups, (group) => absoluteGroup(group, directory)),
    ),
    ...present('defaultComponentConfig', config.defaultComponentConfig, component),
    ...present('images', config.images, (images) => mapValues(images, (image) => absoluteImage(image, directory))),
    ...present('testSuites', config.testSuites, (suites) =>
      mapValues(suites, (suite) => absoluteSuite(suite, directory)),
    ),
    ...present('resources', config.resources, (resources) => absoluteResources(resources, directory)),
    ...present('snapshots', config.snapshots, (snapshots) =>
      mapValues(snapshots, (snapshot) => absoluteSnapshot(snapshot, directory)),
    ),
  };
}

function absoluteProject(project: ProjectInfo, directory: string): ProjectInfo {
  return withPaths(project, ['logDir', 'workDir', 'outputDir', 'renderedSpecsDir', 'lockDir'], directory);
}

function absoluteDistro(distro: DistroConfig, directory: string): DistroConfig {
  const version = (value: DistroVersion): DistroVersion => ({
    ...withPaths(value, ['mockConfig', 'mockConfigX8664', 'mockConfigAarch64'], directory),
    ...present('defaultComponentConfig', value.defaultComponentConfig, (config) =>
      absoluteComponent(config, directory),
    ),
  });
  return { ...distro, ...present('versions', distro.versions, (versions) => mapValues(versions, version)) };
}

function absoluteComponent(config: ComponentConfig, directory: string): ComponentConfig {
  return {
    ...config,
    ...present('spec', config.spec, (spec) => withPaths(spec, ['path'], directory)),
    ...present('overlays', config.overlays, (overlays) => overlays.map((entry) => absoluteOverlay(entry, directory))),
    ...present('overlayFiles', config.overlayFiles, (globs) => globs.map((glob) => absoluteGlob(directory, glob))),
    ...present('sourceFiles', config.sourceFiles, (files) => files.map((file) => absoluteSourceFile(file, directory))),
  };
}

export function absoluteOverlay(entry: OverlayEntry, directory: string): OverlayEntry {
  return 'source' in entry ? { ...entry, source: resolve(directory, entry.source) } : { ...entry };
}

function absoluteSourceFile(file: SourceFile, directory: string): SourceFile {
  return file.origin?.type === 'custom' ? { ...file, origin: withPaths(file.origin, ['script'], directory) } : file;
}

function absoluteGroup(group: ComponentGroupConfig, directory: string): ComponentGroupConfig {
  const globs = (patterns: string[]) => patterns.map((pattern) => absoluteGlob(directory, pattern));
  return {
    ...group,
    ...present('specs', group.specs, globs),
    ...present('excludedPaths', group.excludedPaths, globs),
    ...present('defaultComponentConfig', group.defaultComponentConfig, (config) =>
      absoluteComponent(config, directory),
    ),
  };
}

function absoluteImage(image: ImageConfig, directory: string): ImageConfig {
  return {
    ...image,
    ...present('definition', image.definition, (definition) => withPaths(definition, ['path'], directory)),
  };
}

function absoluteSuite(suite: TestSuite, directory: string): TestSuite {
  return { ...suite, ...present('pytest', suite.pytest, (pytest) => withPaths(pytest, ['workingDir'], directory)) };
}

function absoluteResources(resources: Resources, directory: string): Resources {
  return {
    ...resources,
    ...present('rpmRepos', resources.rpmRepos, (repos) =>
      mapValues(repos, (repo) => withPaths(repo, ['gpgKey'], directory)),
    ),
    ...present('rpmRepoSets', resources.rpmRepoSets, (sets) =>
      mapValues(sets, (set) => withPaths(set, ['gpgKey'], directory)),
    ),
  };
}

function absoluteSnapshot(snapshot: SnapshotSource, directory: string): SnapshotSource {
  return snapshot.type === 'apt'
    ? withPaths(snapshot, ['keyring'], directory)
    : withPaths(snapshot, ['gpgKey'], directory);
}

/** URIs stay as they are: a key may be given by its address. */
function withPaths<T extends object>(value: T, keys: readonly (keyof T)[], directory: string): T {
  const copy = { ...value };
  for (const key of keys) {
    const path = copy[key];
    if (typeof path === 'string' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
      copy[key] = resolve(directory, path) as T[typeof key];
    }
  }
  return copy;
}

function present<K extends string, T>(key: K, value: T | undefined, map: (value: T) => T): { readonly [_ in K]?: T } {
  return value === undefined ? {} : ({ [key]: map(value) } as { readonly [_ in K]?: T });
}

function mapValues<T>(values: Readonly<Record<string, T>>, map: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
