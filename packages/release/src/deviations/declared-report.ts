import type { Project } from '@slipway/project';
import { declaredOverlays } from './declared-overlays.ts';
import { declaredSettings } from './declared-settings.ts';
import type { DeviationReport } from './deviation.ts';

/**
 * Every deviation that a project declares, from its configuration alone: nothing is fetched or applied, so no lines are
 * known. A component that inherits an overlay has it like one of its own, with `inheritedFrom`.
 */
export function declaredReport(project: Project): DeviationReport {
  const components = [...project.components.values()];
  return {
    distribution: reportedDistribution(project),
    basis: 'declared',
    componentsTotal: components.length,
    deviations: components.flatMap((component) => declaredOverlays(project, component)),
    settings: components.flatMap((component) => declaredSettings(project, component)),
  };
}

/** What the distribution calls itself, else what the project calls it. */
export function reportedDistribution(project: Project): DeviationReport['distribution'] {
  const reference = project.defaultDistro;
  const distro = project.distros.get(reference?.name ?? '');
  return {
    name: distro?.identity?.name ?? distro?.description ?? distro?.name ?? project.description ?? 'the distribution',
    version: distro?.identity?.versionId ?? reference?.version ?? '',
  };
}
