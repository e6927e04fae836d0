import { plural, SlipwayError } from '@slipway/core';
import type { Component, Project } from '@slipway/project';
import type { OtherUpstream, OverlayForecast } from '@slipway/render';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandContext, loadNamedProject, withProgress } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { withListFormat } from '../output/list-table.ts';
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
    throw new InvalidArgumentError('it is neither a commit of 7 to 40 hexadecimal digits nor a date.');
  }
  return { snapshot: moment };
}

interface ComponentFailure {
  readonly component: string;
  readonly error: SlipwayError;
}

async function forecast(context: CommandContext, options: ForecastOptions): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const chosen = await selectComponents(project, options, 'customised');
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
    ...failures.map(
      ({ component, error }) => `${paint('red', 'not forecast')} ${component}: ${error.code}: ${error.message}`,
    ),
    ...(left === 0 ? [] : [`${plural(left, 'component')} without a dist-git upstream left out`]),
  ];
  const counts = render.countForecasts(forecasts);
  return {
    json: { to: options.to, counts, forecasts, failures },
    list: forecastList(forecasts),
    text: `${text
      .map((part) => part.trimEnd())
      .filter((part) => part !== '')
      .join('\n\n')}\n`,
    status: counts.breaks > 0 || failures.length > 0 ? 1 : 0,
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
    const forecasts: OverlayForecast[] = [];
    const failures: ComponentFailure[] = [];
    progress({ type: 'stage-start', stage: 'forecast' });
    for (const [done, component] of components.entries()) {
      const item = component.name;
      progress({ type: 'advance', stage: 'forecast', unit: 'packages', done, total: components.length, item });
      try {
        const now = await sources.load(component, await loadComponentLock(project, component.name));
        const then = await sources.load(component, undefined, options.to);
        forecasts.push(...(await forecastOverlays(now, then, placedOverlays(project, component), { loadSource })));
      } catch (failure) {
        if (!(failure instanceof SlipwayError) || failure.code === 'CORE_CANCELLED') {
          throw failure;
        }
        failures.push({ component: item, error: failure });
      }
    }
    return { forecasts, failures };
  });
}

function forecastList(forecasts: readonly OverlayForecast[]) {
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
  return { columns, rows };
}
