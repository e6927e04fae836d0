import { plural, SlipwayError } from '@slipway/core';
import type { Component, Project } from '@slipway/project';
import type { OtherUpstream, OverlayForecast } from '@slipway/render';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandContext, loadNamedProject, withProgress } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { withListFormat } from '../output/list-table.ts';
import { printable } from '../output/printable.ts';
import { type ComponentFailure, eachComponent, statusOf } from '../progress/each-component.ts';
import type { Run } from '../run-command.ts';
import { type Selection, selectComponents, withSelection } from '../selection/select-components.ts';
import { type NetworkOptions, openSources, withNetwork } from '../upstream/open-sources.ts';

interface ForecastOptions extends NetworkOptions, Selection {
  readonly to: OtherUpstream;
  readonly details?: boolean;
}

export function addComponentForecast(parent: Command, run: Run): void {
  withNetwork(withListFormat(withSelection(parent.command('forecast'))))
    .description(
      'apply the overlays to a newer upstream, and tell which still apply, are unnecessary, or break; by default of all components that have some',
    )
    .requiredOption(
      '--to <commit-or-date>',
      'a commit of the component, or a moment such as 2026-12-01 or 2026-12-01T06:00:00Z',
      newerUpstream,
    )
    .option('--details', 'show what changes and what is suggested, not only the table')
    .action((names: string[], options: Omit<ForecastOptions, 'names'>, command: Command) =>
      run(command, (context) => forecast(context, { ...options, names })),
    );
}

/** A day means its end in UTC: everything of that day is in. */
function newerUpstream(text: string): OtherUpstream {
  if (/^[0-9a-fA-F]{7,40}$/.test(text) && !/^\d{8}$/.test(text)) {
    return { commit: text };
  }
  const moment = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text;
  if (!/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(moment) || Number.isNaN(Date.parse(moment))) {
    throw new InvalidArgumentError('It is neither a commit of 7 to 40 hexadecimal digits nor a date.');
  }
  return { snapshot: moment };
}

async function forecast(context: CommandContext, options: ForecastOptions): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const chosen = await selectComponents(project, options, 'overlaid');
  const components = chosen.filter(({ spec }) => spec.type === 'upstream');
  if (options.to.commit !== undefined && components.length !== 1) {
    throw new SlipwayError('CLI_USAGE', 'Cannot forecast: a commit is of one component', {
      hint: 'name the component, or give a date for several',
    });
  }
  const { forecasts, failures } = await forecastAll(context, { project, components, options });
  const render = await import('@slipway/render');
  const paint = context.paint;
  const details = options.details === true ? forecasts.map((each) => render.formatForecast(each, paint)) : [];
  const left = chosen.length - components.length;
  const text = [
    ...details,
    render.formatForecastTable(forecasts, paint),
    ...(forecasts.length + failures.length === 0 ? ['No overlays to forecast.'] : []),
    ...failures.map(({ component, error }) =>
      [paint('red', 'not forecast'), printable(`${component}: ${error.code}: ${error.message}`)].join(' '),
    ),
    ...(left === 0 ? [] : [`${plural(left, 'component')} without a dist-git upstream left out`]),
  ];
  const counts = render.countForecasts(forecasts);
  return {
    json: { to: options.to, counts, forecasts, failures },
    list: forecastList(forecasts, failures),
    text: `${text
      .map((part) => part.trimEnd())
      .filter((part) => part !== '')
      .join('\n\n')}\n`,
    status: statusOf(failures, counts.breaks > 0 ? 1 : 0),
  };
}

async function forecastAll(
  context: CommandContext,
  { project, components, options }: { project: Project; components: readonly Component[]; options: ForecastOptions },
): Promise<{ forecasts: OverlayForecast[]; failures: ComponentFailure[] }> {
  const [{ forecastOverlays, projectFileLoader }, { loadComponentLock, placedOverlays }] = await Promise.all([
    import('@slipway/render'),
    import('@slipway/project'),
  ]);
  return withProgress(context, async (progress, signal) => {
    const sources = await openSources(context, project, { network: options, progress, signal });
    const loadSource = projectFileLoader(project);
    const running = { stage: 'forecast', progress, signal, now: context.machine.now } as const;
    const { results, failures } = await eachComponent(components, running, async (component) => {
      const now = await sources.load(component, await loadComponentLock(project, component.name));
      const then = await sources.load(component, undefined, options.to);
      return forecastOverlays(now, then, placedOverlays(project, component), {
        loadSource,
        mode: project.overlayMode,
      });
    });
    return { forecasts: results.flat(), failures };
  });
}

function forecastList(forecasts: readonly OverlayForecast[], failures: readonly ComponentFailure[]) {
  const columns = [
    { title: 'component' },
    { title: 'overlay', align: 'right' },
    { title: 'type' },
    { title: 'verdict' },
    { title: 'reason' },
  ] as const;
  const rows = forecasts.map(({ component, number, overlay, verdict, reason }) => [
    component,
    String(number),
    overlay.type,
    verdict,
    reason,
  ]);
  const failed = failures.map(({ component, error }) => [
    component,
    ...['', '', 'not-forecast', `${error.code}: ${error.message}`],
  ]);
  return { columns, rows: [...rows, ...failed] };
}
