import { dirname, join } from 'node:path';
import { SlipwayErrors } from '@slipway/core';
import type { OverlayMode } from '@slipway/spec';
import { buildComponents, defaultSnapshot, type OverlayFiles } from './build-components.ts';
import { checkFiles } from './check-files.ts';
import { checkReferences } from './check-references.ts';
import { findDeclaration } from './declaration.ts';
import { defaultDistro, type EffectiveComponents } from './effective-components.ts';
import { type Generation, generations } from './generation.ts';
import type { ConfigSource } from './load-sources.ts';
import type { Defined, MergedConfig } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import type { Distro, Image, PackageGroup, Project } from './project.ts';
import type { PackageGroupConfig } from './schema/component.ts';
import type { DistroConfig } from './schema/distro.ts';

export interface ResolutionInputs {
  readonly rootFile: string;
  readonly overlayMode: OverlayMode;
  readonly sources: readonly ConfigSource[];
  readonly merged: MergedConfig;
  readonly effective: EffectiveComponents;
  readonly overlayFiles: OverlayFiles;
  readonly mistakes: Mistakes;
}

/** Everything after reading: checks references, builds the components. Throws `SlipwayErrors`. */
export function resolveProject(inputs: ResolutionInputs): Project {
  const { merged, mistakes, rootFile, sources } = inputs;
  checkReferences(merged, mistakes, rootFile);
  checkFiles(merged, inputs.overlayFiles, mistakes);
  const components = buildComponents(inputs.effective.components, inputs, mistakes);
  if (mistakes.hasErrors) {
    throw new SlipwayErrors(mistakes.errors());
  }
  const distro = defaultDistro(merged);
  const snapshot = defaultSnapshot(merged);
  const { description, defaultAuthorEmail, sourceDateEpoch } = merged.project;
  return {
    rootFile,
    overlayMode: inputs.overlayMode,
    directory: dirname(rootFile),
    generation: newest(sources),
    files: sources.map(({ file }) => file),
    fileGenerations: new Map(sources.map(({ file, generation }) => [file, generation])),
    ...(description !== undefined && { description }),
    directories: directories(inputs),
    ...(distro !== undefined && { defaultDistro: distro }),
    ...(defaultAuthorEmail !== undefined && { defaultAuthorEmail }),
    ...(sourceDateEpoch !== undefined && { sourceDateEpoch }),
    distros: mapDefined(merged.distros, namedDistro),
    components,
    componentGroups: inputs.effective.groups,
    packageGroups: mapDefined(merged.packageGroups, namedPackageGroup),
    defaultPackagePublish: merged.defaultPackagePublish,
    images: mapDefined(merged.images, (name, { config, origin }): Image => ({ ...config, name, origin })),
    testSuites: mapDefined(merged.testSuites, (_name, { config }) => config),
    resources: merged.resources,
    tools: merged.tools,
    snapshots: mapDefined(merged.snapshots, (_name, { config }) => config),
    ...(snapshot !== undefined && { defaultSnapshot: snapshot }),
    buildEnvironment: merged.buildEnvironment,
    scriptlets: merged.scriptlets.map(({ config }) => config),
    warnings: mistakes.warnings(),
    position: (where) => ('file' in where ? mistakes.positionOf(where) : mistakes.position(where, rootFile)),
    declaration: (where) => findDeclaration('file' in where ? where : mistakes.originOf(where, rootFile), mistakes),
  };
}

/** Defaults are relative to the file of the project with `[project]`, else to the root file. */
function directories({ merged, sources, rootFile }: ResolutionInputs): Project['directories'] {
  const { project } = merged;
  const file = sources.find(({ isOwn, config }) => isOwn && config.project !== undefined)?.file ?? rootFile;
  const inProject = (path: string) => join(dirname(file), path);
  return {
    log: project.logDir ?? inProject('build/logs'),
    work: project.workDir ?? inProject('build/work'),
    output: project.outputDir ?? inProject('out'),
    renderedSpecs: project.renderedSpecsDir ?? inProject('specs'),
    lock: project.lockDir ?? inProject('locks'),
  };
}

function newest(sources: readonly ConfigSource[]): Generation {
  return (
    generations.findLast((generation) => sources.some((source) => source.generation === generation)) ?? 'april-2026'
  );
}

function mapDefined<T, R>(
  values: ReadonlyMap<string, Defined<T>>,
  map: (name: string, value: Defined<T>) => R,
): Map<string, R> {
  return new Map([...values].map(([name, value]) => [name, map(name, value)]));
}

function namedDistro(name: string, { config, origin }: Defined<DistroConfig>): Distro {
  const { versions = {}, ...rest } = config;
  return { ...rest, name, versions: new Map(Object.entries(versions)), origin };
}

function namedPackageGroup(name: string, { config, origin }: Defined<PackageGroupConfig>): PackageGroup {
  return {
    name,
    ...(config.description !== undefined && { description: config.description }),
    packages: config.packages ?? [],
    publish: config.defaultPackageConfig?.publish ?? {},
    origin,
  };
}
