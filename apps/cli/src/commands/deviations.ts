import { resolve } from 'node:path';
import { writeFileAtomically } from '@slipway/core';
import type { DeviationReport, DeviationTableOptions } from '@slipway/release';
import { type Command, Option } from 'commander';
import { dateDeviations } from '../built/date-deviations.ts';
import { loadDeviations } from '../built/load-deviations.ts';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { shownPath } from '../output/shown-path.ts';
import type { Run } from '../run-command.ts';

const formats = ['table', 'json', 'markdown', 'html'] as const;

type Format = (typeof formats)[number];

interface DeviationOptions {
  readonly format: Format;
  readonly output?: string;
  readonly settings: boolean;
}

export function addDeviations(parent: Command, run: Run): void {
  parent
    .command('deviations')
    .description('show every difference from upstream, with its reason, history and diff')
    .addOption(new Option('--format <format>', 'form of the report').choices(formats).default('table'))
    .option('--output <file>', 'write the report to a file')
    .option('--no-settings', 'leave out settings (conditionals, macros, skipped tests): show overlays only')
    .action((options: DeviationOptions, command: Command) =>
      run(command, (context) => showDeviations(context, options)),
    );
}

async function showDeviations(context: CommandContext, options: DeviationOptions): Promise<CommandOutput> {
  const { machine } = context;
  const { format, output } = options;
  const report = await currentReport(context, options.settings);
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

async function currentReport(context: CommandContext, withSettings: boolean): Promise<DeviationReport> {
  const { machine, options } = context;
  const project = await loadNamedProject(context);
  const loaded = await loadDeviations(project);
  const shown = withSettings ? loaded.report : { ...loaded.report, settings: [] };
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
