import { SlipwayError } from '@slipway/core';
import { formatNevra, systemRepository } from '@slipway/rpm';
import {
  type ArgumentNode,
  type PackageReference,
  type Pool,
  type Problem,
  type Reason,
  type Resolution,
  resolve,
  type SolverRequest,
  type TransactionStep,
} from '@slipway/solver';
import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { listOutput, withListFormat } from '../output/list-table.ts';
import { printable } from '../output/printable.ts';
import { loadPool } from '../repositories/load-pool.ts';
import type { Run } from '../run-command.ts';

/** What dnf lets stand side by side. */
const installOnly = [
  'kernel',
  'kernel-PAE',
  'installonlypkg(kernel)',
  'installonlypkg(kernel-module)',
  'installonlypkg(vm)',
  'multiversion(kernel)',
];
const installOnlyLimit = 3;

interface ResolveOptions {
  readonly repo: readonly string[];
  readonly installroot?: string;
  readonly arch: string;
  readonly multilib?: boolean;
  readonly best: boolean;
  readonly weak: boolean;
  readonly exclude: readonly string[];
  readonly upgrade: readonly string[];
  readonly upgradeAll?: boolean;
  readonly erase: readonly string[];
  readonly cleanUp?: boolean;
  readonly allowErasing?: boolean;
  readonly skipBroken?: boolean;
  readonly why?: string;
  readonly whyNot?: string;
}

export function addResolve(parent: Command, run: Run): void {
  const collect = (value: string, before: readonly string[]): string[] => [...before, value];
  withListFormat(parent.command('resolve [packages...]'))
    .description('say what installing packages from repositories would do, in which order and why')
    .requiredOption('--repo <place>', 'directory or URL of a repository, or NAME=PLACE (may be repeated)', collect, [])
    .option('--installroot <directory>', 'the system whose installed packages count')
    .option('--arch <architecture>', 'architecture of the system', 'x86_64')
    .option('--multilib', 'allow packages of inferior architectures')
    .option('--best', 'only the best version of what is asked for', true)
    .option('--no-best', 'also older versions of what is asked for')
    .option('--no-weak', 'leave out what is only recommended')
    .option('--exclude <package>', 'a name or NEVRA that must not be chosen (may be repeated)', collect, [])
    .option('--upgrade <package>', 'upgrade an installed package (may be repeated)', collect, [])
    .option('--upgrade-all', 'upgrade all installed packages')
    .option('--erase <package>', 'erase an installed package (may be repeated)', collect, [])
    .option('--clean-up', 'also erase what nothing needs after erasing')
    .option('--allow-erasing', 'erase installed packages that are in the way')
    .option('--skip-broken', 'leave out what cannot be installed')
    .option('--why <package>', 'explain why a package is there')
    .option('--why-not <package>', 'explain why a package cannot be there too')
    .action((packages: readonly string[], options: ResolveOptions, command: Command) =>
      run(command, (context) => resolvePackages(context, packages, options)),
    );
}

async function resolvePackages(
  { machine }: CommandContext,
  install: readonly string[],
  options: ResolveOptions,
): Promise<CommandOutput> {
  const { pool, userInstalled, close } = await loadPool(machine, {
    repositories: options.repo,
    root: options.installroot,
  });
  close();
  const wanted = options.whyNot === undefined ? install : [...install, options.whyNot];
  const resolution = resolve(pool, requestOf(wanted, userInstalled, options));
  if (resolution.outcome === 'unsolvable') {
    return explainProblems(resolution.problems);
  }
  if (options.whyNot !== undefined) {
    const text = `${options.whyNot} can be there\n`;
    return { json: { possible: true, package: options.whyNot }, text };
  }
  return options.why === undefined ? listTransaction(resolution) : explainPackage(pool, resolution, options.why);
}

function requestOf(
  install: readonly string[],
  userInstalled: readonly string[],
  options: ResolveOptions,
): SolverRequest {
  return {
    install,
    upgrade: options.upgradeAll === true ? 'all' : options.upgrade,
    erase: options.erase,
    cleanUp: options.cleanUp ?? false,
    allowErasing: options.allowErasing ?? false,
    skipBroken: options.skipBroken ?? false,
    exclude: options.exclude,
    recommends: options.weak,
    best: options.best,
    architecture: options.arch,
    multilib: options.multilib ?? false,
    installOnly,
    installOnlyLimit,
    ...(options.installroot === undefined ? {} : { installed: systemRepository, userInstalled }),
  };
}

type Solved = Extract<Resolution, { readonly outcome: 'solved' }>;

function listTransaction({ transaction, packages, skipped }: Solved): CommandOutput {
  const columns = [{ title: 'action' }, { title: 'package' }, { title: 'repository' }, { title: 'why' }];
  const rows = transaction.map((step) => [
    step.action,
    formatNevra(step.package),
    step.package.repository,
    reasonOfStep(step),
  ]);
  const left = skipped.length === 0 ? '' : `; left out: ${skipped.join(', ')}`;
  const bytes = transaction.reduce(
    (sum, step) => sum + (step.action === 'erase' ? -1 : 1) * step.package.installedSizeBytes,
    0,
  );
  return listOutput(
    { columns, rows },
    { transaction, skipped, packages: packages.length, installedSizeBytes: bytes },
    `${transaction.length} steps, ${packages.length} packages in the end, ${bytes} bytes more on disk${left}`,
  );
}

function reasonOfStep(step: TransactionStep): string {
  if (step.action !== 'erase') {
    const [first, ...others] = step.reasons.map((reason) => reasonText(reason));
    return `${first ?? ''}${others.length === 0 ? '' : ` and ${others.length} more`}`;
  }
  const { reason } = step;
  switch (reason.kind) {
    case 'requested':
      return `asked for: ${reason.request}`;
    case 'replaced':
      return `replaced by ${formatNevra(reason.package)}`;
    case 'unneeded':
      return 'nothing needs it any more';
    case 'install-only-limit':
      return `only ${installOnlyLimit} versions stay`;
    case 'conflict':
      return 'in the way of something else';
  }
}

function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'requested':
      return `asked for: ${reason.request}`;
    case 'installed':
      return 'installed already';
    case 'required-by':
      return `${formatNevra(reason.package)} requires ${reason.dependency}`;
    case 'recommended-by':
      return `${formatNevra(reason.package)} recommends ${reason.dependency}`;
    case 'supplements':
      return `supplements ${reason.dependency}`;
    case 'replaces':
      return `replaces ${formatNevra(reason.package)}`;
  }
}

/** From the package back to what was asked for, by the first reason of each. */
function explainPackage(pool: Pool, { packages }: Solved, name: string): CommandOutput {
  const isMeant = (one: PackageReference): boolean => one.name === name || formatNevra(one) === name;
  const found = packages.filter((entry) => isMeant(entry.package));
  const [first] = found;
  if (first === undefined) {
    const known = pool.named(pool.table.find(name)).length > 0;
    throw new SlipwayError(
      'CLI_PACKAGE_ABSENT',
      `Cannot explain ${name}: it is not among the ${packages.length} packages`,
      {
        hint: known ? `see slipway resolve --why-not ${name}` : 'no repository has it',
      },
    );
  }
  const byId = new Map(packages.map((entry) => [entry.package.id, entry]));
  const chain: string[] = [];
  const seen = new Set<string>();
  for (let entry: typeof first | undefined = first; entry !== undefined && !seen.has(entry.package.id); ) {
    seen.add(entry.package.id);
    const [reason] = entry.reasons as [Reason];
    chain.push(`${formatNevra(entry.package)}: ${reasonText(reason)}`);
    entry = 'package' in reason ? byId.get(reason.package.id) : undefined;
  }
  const text = chain.map((line, depth) => `${'  '.repeat(depth)}${line}\n`).join('');
  return { json: { packages: found, chain }, text: printable(text) };
}

function explainProblems(problems: readonly Problem[]): CommandOutput {
  const text = problems
    .map((problem, at) => {
      const ways = problem.waysOut.map(({ advice }) => `  - ${advice}\n`).join('');
      return `${at === 0 ? '' : '\n'}${problem.argument.map((node) => formatNode(node, 0)).join('')}${ways === '' ? '' : `What would help:\n${ways}`}`;
    })
    .join('');
  return { json: { problems }, text: printable(text), status: 1 };
}

function formatNode({ sentence, children }: ArgumentNode, depth: number): string {
  return `${'  '.repeat(depth)}${sentence}\n${children.map((child) => formatNode(child, depth + 1)).join('')}`;
}
