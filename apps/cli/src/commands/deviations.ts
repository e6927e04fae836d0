import type { DeviationReport } from '@slipway/release';
import { type Command, Option } from 'commander';
import { loadDeviations } from '../built/load-deviations.ts';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import type { Run } from '../run-command.ts';

const formats = ['table', 'json', 'markdown', 'html'] as const;

type Format = (typeof formats)[number];

export function addDeviations(parent: Command, run: Run): void {
  parent
    .command('deviations')
    .description('show every difference from upstream, with its reason, as it was last built')
    .addOption(new Option('--format <format>', 'form of the report').choices(formats).default('table'))
    .action((options: { readonly format: Format }, command: Command) =>
      run(command, (context) => showDeviations(context, options.format)),
    );
}

async function showDeviations(context: CommandContext, format: Format): Promise<CommandOutput> {
  const report = await loadDeviations(await loadNamedProject(context));
  const { formatDeviationJson } = await import('@slipway/release');
  return { json: JSON.parse(formatDeviationJson(report)), text: await formatReport(report, format) };
}

async function formatReport(report: DeviationReport, format: Format): Promise<string> {
  const release = await import('@slipway/release');
  switch (format) {
    case 'table':
      return release.formatDeviationTable(report);
    case 'json':
      return release.formatDeviationJson(report);
    case 'markdown':
      return release.formatDeviationMarkdown(report);
    case 'html':
      return release.formatDeviationHtml(report);
  }
}
