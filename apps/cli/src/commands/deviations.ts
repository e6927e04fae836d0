import { resolve } from 'node:path';
import { writeFileAtomically } from '@slipway/core';
import type { DeviationReport, DeviationTableOptions } from '@slipway/release';
import { type Command, Option } from 'commander';
import { dateDeviations } from '../built/date-deviations.ts';
import { loadDeviations } from '../built/load-deviations.ts';
import { measureDeviations } from '../built/measure-deviations.ts';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { shownPath } from '../output/shown-path.ts';
import type { Run } from '../run-command.ts';
import { type NetworkOptions, withNetwork } from '../upstream/open-sources.ts';

const formats = ['table', 'json', 'markdown', 'html'] as const;

type Format = (typeof formats)[number];

interface DeviationOptions extends NetworkOptions {
  readonly specs: 'cached' | 'fetch' | 'none';
  readonly format: Format;
  readonly output?: string;
  readonly settings: boolean;
}

export function addDeviations(parent: Command, run: Run): void {
  withNetwork(parent.command('deviations'))
    .description('show every difference from upstream, with its reason, history and diff')
    .addOption(new Option('--format <format>', 'form of the report').choices(formats).default('table'))
    .addOption(
      new Option('--specs <which>', 'without a build, measure overlays on the specs at hand, on all of them, on none')
        .choices(['cached', 'fetch', 'none'])
        .default('cached'),
    )
    .option('--output <file>', 'write the report to a file')
    .option('--no-settings', 'leave out settings (conditionals, macros, skipped tests): show overlays only')
    .action((options: DeviationOptions, command: Command) =>
      run(command, (context) => showDeviations(context, options)),
    );
}

async function showDeviations(context: CommandContext, options: DeviationOptions): Promise<CommandOutput> {
  const { machine } = context;
  const { format, output } = options;
  const report = await currentReport(context, options);
  const { deviationDocument } = await import('@slipway/release');
  const isTerminal = output === undefined && machine.stdout.isTTY === true;
  const columns = isTerminal ? machine.stdout.columns : undefined;
  const text = await formatReport(report, format, columns === undefined ? {} : { columns });
  if (output === undefined) {
    return { json: deviationDocument(report), text };
  }
  const file = resolve(machine.directory, output);
  await writeFileAtomically(file, text);
  return { json: { file, format }, text: `The report is in ${shownPath(file, machine.directory)}.\n` };
}

async function currentReport(context: CommandContext, wanted: DeviationOptions): Promise<DeviationReport> {
  const { machine, options } = context;
  const project = await loadNamedProject(context);
  const loaded = await loadDeviations(project);
  const network = { ...wanted, offline: wanted.offline ?? wanted.specs === 'cached' };
  const measured =
    loaded.report.basis === 'built' || wanted.specs === 'none'
      ? loaded.report
      : await measureDeviations(context, project, { report: loaded.report, network });
  const shown = wanted.settings ? measured : { ...measured, settings: [] };
  const dated = await dateDeviations(context, project, shown);
  for (const { note } of [loaded, dated]) {
    if (note !== undefined && options.json !== true) {
      machine.stderr.write(`${note}\n`);
    }
  }
  return dated.report;
}

async function formatReport(report: DeviationReport, format: Format, options: DeviationTableOptions): Promise<string> {
  const release = await import('@slipway/release');
  switch (format) {
    case 'table':
      return release.formatDeviationTable(report, options);
    case 'json':
      return release.formatDeviationJson(report);
    case 'markdown':
      return release.formatDeviationMarkdown(report);
    case 'html':
      return release.formatDeviationHtml(report);
  }
}
