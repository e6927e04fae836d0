import { plural } from '@slipway/core';
import type { Component, Project } from '@slipway/project';
import type { ComponentExplanation, OverlayExplanation } from '@slipway/render';
import type { Overlay } from '@slipway/spec';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject, withProgress } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import type { Paint } from '../output/paint.ts';
import { shownPath } from '../output/shown-path.ts';
import type { Run } from '../run-command.ts';
import { ComponentAccess } from '../upstream/component-access.ts';
import { type NetworkOptions, withNetwork } from '../upstream/open-sources.ts';
import { namedComponent } from './named.ts';

interface ExplainOptions extends NetworkOptions {
  readonly combined?: boolean;
}

export function addComponentExplain(parent: Command, run: Run): void {
  withNetwork(parent.command('explain <name> [overlay]'))
    .description('show what each overlay of a component changes, or why it cannot; an overlay by number or description')
    .option('--combined', 'show the whole difference, with the number of the overlay beside each line')
    .action((name: string, overlay: string | undefined, options: ExplainOptions, command: Command) =>
      run(command, (context) => explain(context, { name, overlay, options })),
    );
}

interface Question {
  readonly name: string;
  readonly overlay: string | undefined;
  readonly options: ExplainOptions;
}

async function explain(context: CommandContext, { name, overlay, options }: Question): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const component = namedComponent(project, name);
  const explanation = await explanationOf(context, { project, component, network: options });
  const { selectOverlay } = await import('@slipway/render');
  const overlays = explanation.overlays.map((each) => each.overlay);
  const chosen = overlay === undefined ? undefined : explanation.overlays[selectOverlay(overlays, overlay)];
  const shown = chosen === undefined ? explanation.overlays : [chosen];
  const failed = shown.some(({ outcome }) => outcome === 'failed');
  return {
    json: { component: name, spec: explanation.specName, overlays: shown.map(describe) },
    text: await formatText(explanation, shown, { combined: options.combined ?? false, paint: context.paint }),
    status: failed ? 1 : 0,
  };
}

async function explanationOf(
  context: CommandContext,
  { project, component, network }: { project: Project; component: Component; network: NetworkOptions },
): Promise<ComponentExplanation> {
  const [{ explainComponent, projectFileLoader }, { placedOverlays }] = await Promise.all([
    import('@slipway/render'),
    import('@slipway/project'),
  ]);
  return withProgress(context, (progress, signal) =>
    new ComponentAccess(context, project, { network, progress, signal }).with(component, (prepared) =>
      explainComponent(prepared, shownOverlays(context, component, placedOverlays(project, component)), {
        loadSource: projectFileLoader(project),
        mode: project.overlayMode,
      }),
    ),
  );
}

/** Places are told relative to where the user is; a reason stands for a description that is not there. */
function shownOverlays({ machine }: CommandContext, component: Component, overlays: readonly Overlay[]): Overlay[] {
  return overlays.map(({ at, ...overlay }, index) => {
    const description = overlay.description ?? component.overlays[index]?.reason;
    return {
      ...overlay,
      ...(description === undefined ? {} : { description }),
      ...(at === undefined ? {} : { at: { ...at, file: shownPath(at.file, machine.directory) } }),
    };
  });
}

async function formatText(
  explanation: ComponentExplanation,
  shown: readonly OverlayExplanation[],
  { combined, paint }: { readonly combined: boolean; readonly paint: Paint },
): Promise<string> {
  const { formatAttribution, formatExplanation } = await import('@slipway/render');
  const total = explanation.overlays.length;
  if (total === 0) {
    return `${explanation.name} has no overlays: it is as upstream made it.\n`;
  }
  const parts = shown.map((each) => formatExplanation(each, total, paint));
  const whole = combined ? [formatAttribution(explanation.spec, paint)] : [];
  const failed = shown.filter(({ outcome }) => outcome === 'failed').length;
  const verdict = failed === 0 ? '' : `\n${paint('red', `${plural(failed, 'overlay')} cannot be applied`)}\n`;
  return `${[...parts, ...whole].join('\n')}${verdict}`;
}

function describe({ overlay, failure, ...facts }: OverlayExplanation) {
  const { at, type, description = '' } = overlay;
  return { ...facts, type, description, at: at ?? null, failure: failure ?? null };
}
