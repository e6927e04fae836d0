import { SlipwayError } from '@slipway/core';
import type { Component, Project } from '@slipway/project';
import type { AppliedOverlay, Deviation, DeviationReport } from '@slipway/release';
import type { OverlayExplanation } from '@slipway/render';
import { type CommandContext, withProgress } from '../context.ts';
import { ComponentAccess } from '../upstream/component-access.ts';
import type { NetworkOptions } from '../upstream/open-sources.ts';

/**
 * The report with what each overlay changes, for the components whose sources can be had: an overlay is applied to what
 * the ones before it made; one that fails changes nothing and is left unmeasured.
 */
export async function measureDeviations(
  context: CommandContext,
  project: Project,
  { report, network }: { readonly report: DeviationReport; readonly network: NetworkOptions },
): Promise<DeviationReport> {
  const components = [...project.components.values()].filter(
    ({ overlays, spec }) => overlays.length > 0 && spec.type !== 'import',
  );
  const measured = await withProgress(context, async (progress, signal) => {
    const access = new ComponentAccess(context, project, { network, progress, signal });
    const found = new Map<string, Deviation[]>();
    for (const component of components) {
      found.set(component.name, await measureComponent(project, component, access));
    }
    return found;
  });
  return { ...report, deviations: report.deviations.map((each) => measuredOf(each, measured) ?? each) };
}

function measuredOf(
  { component, overlay }: Deviation,
  measured: ReadonlyMap<string, readonly Deviation[]>,
): Deviation | undefined {
  return measured.get(component)?.find((each) => each.overlay.index === overlay.index);
}

/** Nothing for a component that cannot be had here. */
async function measureComponent(project: Project, component: Component, access: ComponentAccess): Promise<Deviation[]> {
  const [{ appliedOverlays }, { explainOverlays, projectFileLoader }, { placedOverlays }] = await Promise.all([
    import('@slipway/release'),
    import('@slipway/render'),
    import('@slipway/project'),
  ]);
  try {
    const explained = await access.with(component, (prepared) =>
      explainOverlays(prepared, placedOverlays(project, component), {
        loadSource: projectFileLoader(project),
        mode: project.overlayMode,
      }),
    );
    return appliedOverlays(project, component, explained.filter(isMeasured).map(applied));
  } catch (failure) {
    if (!(failure instanceof SlipwayError) || failure.code === 'CORE_CANCELLED') {
      throw failure;
    }
    return [];
  }
}

function isMeasured({ outcome }: OverlayExplanation): boolean {
  return outcome === 'applied' || outcome === 'no-effect';
}

function applied({ number, linesAdded, linesRemoved, changes }: OverlayExplanation): AppliedOverlay {
  return { index: number - 1, linesAdded, linesRemoved, changes };
}
