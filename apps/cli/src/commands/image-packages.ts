import { SlipwayError } from '@slipway/core';
import type { Command } from 'commander';
import {
  loadResolution,
  type ReportedPackage,
  type ReportedReason,
  type ResolutionReport,
} from '../built/built-reports.ts';
import { explainPackage } from '../built/explain-package.ts';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { formatTable } from '../output/format-table.ts';
import { printable } from '../output/printable.ts';
import type { Run } from '../run-command.ts';
import { namedImage } from './named.ts';

export function addImagePackages(parent: Command, run: Run): void {
  parent
    .command('packages <name>')
    .description('list the packages of an image with the reason for each')
    .option('--why <package>', 'explain one package, from it to what was asked for')
    .action((name: string, options: { readonly why?: string }, command: Command) =>
      run(command, (context) => showPackages(context, name, options.why)),
    );
}

async function showPackages(context: CommandContext, name: string, why: string | undefined): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const report = await loadResolution(project, namedImage(project, name).name);
  return why === undefined ? listPackages(report) : explain(report, findPackage(report, why));
}

function listPackages({ image, packages }: ResolutionReport): CommandOutput {
  const columns = [{ title: 'package' }, { title: 'why' }];
  const rows = packages.map(({ nevra, reasons }) => [nevra, firstReason(reasons)]);
  return {
    json: { image, packages },
    text: `${formatTable(columns, rows)}\n${packages.length} packages in ${image}\n`,
  };
}

function firstReason([first, ...others]: readonly ReportedReason[]): string {
  const text = first?.text ?? '';
  return others.length === 0 ? text : `${text} and ${others.length} more`;
}

function findPackage({ image, packages }: ResolutionReport, name: string): ReportedPackage {
  const found = packages.find((entry) => entry.name === name || entry.nevra === name);
  if (found === undefined) {
    const alike = packages.filter((entry) => entry.name.includes(name)).map((entry) => entry.name);
    throw new SlipwayError('CLI_PACKAGE_ABSENT', `Cannot explain ${name}: the image ${image} does not have it`, {
      hint: alike.length > 0 ? `it has ${alike.slice(0, 8).join(', ')}` : `see slipway image packages ${image}`,
    });
  }
  return found;
}

function explain(report: ResolutionReport, found: ReportedPackage): CommandOutput {
  const chain = explainPackage(report, found);
  const steps = chain.map(({ name, reason }, depth) => `${'  '.repeat(depth)}${name}: ${reason}\n`);
  const others = found.reasons.map(({ text }) => text).filter((text) => text !== chain[0]?.reason);
  const more = others.length === 0 ? '' : `\nAlso:\n${others.map((reason) => `  ${reason}\n`).join('')}`;
  return {
    json: { image: report.image, package: found, chain },
    text: printable(`${found.nevra}\n\n${steps.join('')}${more}`),
  };
}
