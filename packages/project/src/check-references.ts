import { checkResources } from './check-resources.ts';
import type { MergedConfig, WrittenComponent } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import type { ConfigPath, Origin } from './project.ts';
import type { DistroReference } from './schema/component.ts';

/** Reports every name that refers to nothing, each once, where it is written. */
export function checkReferences(merged: MergedConfig, mistakes: Mistakes, rootFile: string): void {
  const context = { merged, mistakes };
  const { defaultDistro, defaultSnapshot } = merged.project;
  if (defaultDistro !== undefined) {
    checkDistro(defaultDistro, mistakes.originOf(['project', 'default-distro'], rootFile), context);
  }
  checkSnapshot(defaultSnapshot, mistakes.originOf(['project', 'default-snapshot'], rootFile), context);
  for (const component of merged.written) {
    checkComponent(component, context);
  }
  checkImages(merged, mistakes);
  checkPackageGroups(merged, mistakes);
  checkResources(merged, mistakes, rootFile);
}

interface Context {
  readonly merged: MergedConfig;
  readonly mistakes: Mistakes;
}

function inner(origin: Origin, ...path: ConfigPath): Origin {
  return { file: origin.file, path: [...origin.path, ...path] };
}

function checkComponent({ config, origin, isDefault }: WrittenComponent, context: Context): void {
  const { upstreamDistro, snapshot } = config.spec ?? {};
  if (upstreamDistro !== undefined) {
    checkDistro(upstreamDistro, inner(origin, 'spec', 'upstream-distro'), context);
    if (upstreamDistro.snapshot !== undefined && !isDefault) {
      const at = inner(origin, 'spec', 'upstream-distro', 'snapshot');
      context.mistakes.add('PROJECT_BAD_VALUE', at, 'a single component has no snapshot time', 'use upstream-commit');
    }
  }
  checkSnapshot(snapshot, inner(origin, 'spec', 'snapshot'), context);
  config.sourceFiles?.forEach((file, index) => {
    if (file.origin?.type === 'snapshot') {
      checkSnapshot(file.origin.snapshot, inner(origin, 'source-files', index, 'origin', 'snapshot'), context);
    }
  });
}

function checkDistro(reference: DistroReference, origin: Origin, { merged, mistakes }: Context): void {
  const distro = merged.distros.get(reference.name);
  if (distro === undefined) {
    mistakes.addUnknown(inner(origin, 'name'), 'distribution', reference.name, merged.distros.keys());
    return;
  }
  const version = reference.version || distro.config.defaultVersion;
  const versions = Object.keys(distro.config.versions ?? {});
  if (version !== undefined && !versions.includes(version)) {
    mistakes.addUnknown(inner(origin, 'version'), `version of ${reference.name} called`, version, versions);
  }
}

function checkSnapshot(name: string | undefined, origin: Origin, { merged, mistakes }: Context): void {
  if (name !== undefined && !merged.snapshots.has(name)) {
    mistakes.addUnknown(origin, 'snapshot', name, merged.snapshots.keys());
  }
}

function checkImages(merged: MergedConfig, mistakes: Mistakes): void {
  for (const { config, origin } of merged.images.values()) {
    config.tests?.testSuites?.forEach(({ name }, index) => {
      if (!merged.testSuites.has(name)) {
        mistakes.addUnknown(
          inner(origin, 'tests', 'test-suites', index, 'name'),
          'test suite',
          name,
          merged.testSuites.keys(),
        );
      }
    });
  }
}

function checkPackageGroups(merged: MergedConfig, mistakes: Mistakes): void {
  const groupOf = new Map<string, string>();
  for (const [group, { config, origin }] of merged.packageGroups) {
    config.packages?.forEach((name, index) => {
      const earlier = groupOf.get(name);
      if (earlier !== undefined) {
        const where = earlier === group ? 'twice in the group' : `already in the group "${earlier}"`;
        mistakes.add('PROJECT_DUPLICATE', inner(origin, 'packages', index), `the package "${name}" is ${where}`);
      }
      groupOf.set(name, group);
    });
  }
}
