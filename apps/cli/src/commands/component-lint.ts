import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { formatCount, formatPosition, plural, type SlipwayError } from '@slipway/core';
import type { Component, Project } from '@slipway/project';
import type { LintedOverlay, LintFinding, LintInput, LintSeverity } from '@slipway/spec';
import { type Command, Option } from 'commander';
import { type CommandContext, loadNamedProject, withProgress } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { withListFormat } from '../output/list-table.ts';
import type { Paint } from '../output/paint.ts';
import { printable } from '../output/printable.ts';
import { type ComponentFailure, eachComponent, errorOfComponent, statusOf } from '../progress/each-component.ts';
import type { Run } from '../run-command.ts';
import { type Selection, selectComponents, withSelection } from '../selection/select-components.ts';
import { ComponentAccess } from '../upstream/component-access.ts';
import { type NetworkOptions, withNetwork } from '../upstream/open-sources.ts';

const severities = ['error', 'warning', 'note'] as const;

interface LintOptions extends NetworkOptions, Omit<Selection, 'names'> {
  readonly specs: 'cached' | 'fetch' | 'none';
  readonly failOn: LintSeverity;
}

export function addComponentLint(parent: Command, run: Run): void {
  withNetwork(withListFormat(withSelection(parent.command('lint'))))
    .description(
      'find what is wrong or pointless in overlays and unexplained in settings, without building; by default of all components that are customised',
    )
    .addOption(
      new Option('--specs <which>', 'the specs that overlays are tried on: those at hand, all of them, none')
        .choices(['cached', 'fetch', 'none'])
        .default('cached'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with status 1 for findings of this severity or worse')
        .choices(severities)
        .default('error'),
    )
    .action((names: string[], options: LintOptions, command: Command) =>
      run(command, (context) => lint(context, { ...options, names })),
    );
}

/** A finding with the component that it is about. */
interface ComponentFinding extends LintFinding {
  readonly component: string;
}

async function lint(context: CommandContext, options: LintOptions & Selection): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const components = await selectComponents(project, options, 'customised');
  const { linted, failures } = await lintAll(context, { project, components, options });
  const findings = linted.flatMap((each) => each.findings);
  const failed = new Set(failures.map(({ component }) => component));
  const untried = linted.filter((each) => !each.tried && !failed.has(each.component)).map((each) => each.component);
  const failing = severities.slice(0, severities.indexOf(options.failOn) + 1);
  return {
    json: { components: components.length, withoutSpec: untried, findings, failures },
    list: findingList(project, findings, failures),
    text: formatFindings(project, findings, {
      ...{ components: components.length, untried, failures },
      paint: context.paint,
    }),
    status: statusOf(failures, findings.some(({ severity }) => failing.includes(severity)) ? 1 : 0),
  };
}

interface Linted {
  readonly component: string;
  readonly findings: readonly ComponentFinding[];
  /** Whether its spec was at hand. */
  readonly tried: boolean;
}

async function lintAll(
  context: CommandContext,
  { project, components, options }: { project: Project; components: readonly Component[]; options: LintOptions },
): Promise<{ linted: Linted[]; failures: ComponentFailure[] }> {
  const { loadLint } = await import('@slipway/spec');
  const { lintOverlays } = await loadLint();
  return withProgress(context, async (progress, signal) => {
    const network = { ...options, offline: options.offline ?? options.specs === 'cached' };
    const access = new ComponentAccess(context, project, { network, progress, signal });
    const running = { stage: 'lint', progress, signal, now: context.machine.now } as const;
    const { results, failures } = await eachComponent(components, running, async (component) => {
      const { name } = component;
      const { input, problem } = await inputOf(project, component, { access, specs: options.specs });
      const findings = lintOverlays(input).map((finding) => ({ ...finding, component: name }));
      const tried = input.spec !== undefined || input.overlays.length === 0;
      return { component: name, findings, tried, problem };
    });
    const problems = results.flatMap(({ component, problem: error }) =>
      error === undefined ? [] : [{ component, error }],
    );
    return { linted: results, failures: [...problems, ...failures] };
  });
}

interface Trial {
  readonly access: ComponentAccess;
  readonly specs: LintOptions['specs'];
}

/** What is known of a component; its spec when it can be had. One that is only not in the cache is no problem. */
async function inputOf(
  project: Project,
  component: Component,
  { access, specs }: Trial,
): Promise<{ readonly input: LintInput; readonly problem?: SlipwayError }> {
  const { componentSettings, misnamedFile, placedOverlays, placedSourceFiles } = await import('@slipway/project');
  const placed = placedOverlays(project, component);
  const other = misnamedFile(project, component);
  const input: LintInput = {
    component: component.name,
    overlays: component.overlays.map(({ reason, origin }, index): LintedOverlay => {
      const overlay = placed[index] as LintedOverlay['overlay'];
      const stated = reason ?? project.declaration(origin)?.comment;
      return { overlay, ...(stated === undefined ? {} : { reason: stated }), ownedHere: isOwn(component, origin.path) };
    }),
    sourceFiles: placedSourceFiles(project, component),
    sourceExists: existsSync,
    releaseCalculation: component.release,
    mode: project.overlayMode,
    settings: componentSettings(project, component).map(({ key, comment, at }) => ({
      ...{ key, at },
      ...(comment === undefined ? {} : { reason: comment }),
    })),
    ...(other === undefined ? {} : { namedAfter: { component: other, at: project.position(component.origin) } }),
  };
  if (component.overlays.length === 0) {
    return { input };
  }
  if (specs === 'none' || (specs === 'cached' && component.spec.type === 'import')) {
    return { input };
  }
  try {
    return await access.with(component, async ({ spec, files }) => ({
      input: { ...input, spec, files: (await files.list()).map(({ path }) => path) },
    }));
  } catch (failure) {
    const problem = errorOfComponent(failure);
    return specs === 'cached' && problem.code === 'UPSTREAM_OFFLINE' ? { input } : { input, problem };
  }
}

/** Written in the component itself or in an overlay file, not in a default that many inherit. */
function isOwn({ name }: Component, path: readonly (string | number)[]): boolean {
  return path[0] === 'overlays' || (path[0] === 'components' && path[1] === name);
}

function placeOf(project: Project, { at }: ComponentFinding): string {
  return at === undefined ? '' : formatPosition({ ...at, file: relative(project.directory, at.file) });
}

function findingList(project: Project, findings: readonly ComponentFinding[], failures: readonly ComponentFailure[]) {
  const columns = [
    { title: 'component' },
    { title: 'overlay', align: 'right' },
    { title: 'severity' },
    { title: 'code' },
    { title: 'place' },
    { title: 'finding' },
    { title: 'suggestion' },
  ] as const;
  const rows = findings.map((finding) => [
    finding.component,
    finding.overlay === undefined ? '' : String(finding.overlay + 1),
    finding.severity,
    finding.code,
    placeOf(project, finding),
    finding.message,
    finding.suggestion?.text ?? '',
  ]);
  const failed = failures.map(({ component, error }) => [
    ...[component, '', 'error', error.code, '', error.message, error.hint ?? ''],
  ]);
  return { columns, rows: [...rows, ...failed] };
}

const colours = { error: 'red', warning: 'yellow', note: 'cyan' } as const;

/** What is said of the whole, beside the findings. */
interface Whole {
  readonly components: number;
  /** Whose specs were not at hand. */
  readonly untried: readonly string[];
  /** Whose specs could not be had. */
  readonly failures: readonly ComponentFailure[];
}

/** As compilers print them, so that editors find the places. */
function formatFindings(
  project: Project,
  findings: readonly ComponentFinding[],
  { components, untried, failures, paint }: Whole & { readonly paint: Paint },
): string {
  const explained = new Set<string>();
  const lines = findings.map((finding) => {
    const isFirst = !explained.has(finding.code);
    explained.add(finding.code);
    return formatFinding(project, finding, { paint, isFirst });
  });
  const failed = failures.map(({ component, error: { code, message } }) =>
    [paint('red', 'not tried'), printable(`${component}: ${code}: ${message}`)].join(' '),
  );
  const parts = [...lines, ...failed, ...(lines.length + failed.length > 0 ? [''] : [])];
  return `${[...parts, summary(findings, components, untried)].join('\n')}\n`;
}

/** The reason behind a rule is told once. */
function formatFinding(
  project: Project,
  finding: ComponentFinding,
  { paint, isFirst }: { readonly paint: Paint; readonly isFirst: boolean },
): string {
  const { component, severity, code, message, line, explanation, suggestion } = finding;
  const overlay = finding.overlay === undefined ? '' : ` overlay ${finding.overlay + 1}`;
  const spec = line === undefined ? '' : ` (line ${line} of the spec)`;
  const what = printable(`${component}${overlay}: ${message}${spec}`);
  return [
    `${printable(placeOf(project, finding))}: ${paint(colours[severity], `${severity}[${code}]`)}: ${what}`,
    ...(isFirst ? [`    ${paint('dim', printable(explanation))}`] : []),
    ...(suggestion === undefined
      ? []
      : [`    ${paint('cyan', 'suggestion')}: ${printable(suggestion.text).replaceAll('\n', '\n      ')}`]),
  ].join('\n');
}

function summary(findings: readonly ComponentFinding[], components: number, untried: readonly string[]): string {
  const counts = severities
    .map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => plural(count, severity));
  const found = counts.length === 0 ? 'no findings' : counts.join(', ');
  const without =
    untried.length === 0
      ? ''
      : `\nThe overlays of ${plural(untried.length, 'component')} were not tried on their specs: ${
          untried.length > 5
            ? `${untried.slice(0, 5).join(', ')} and ${formatCount(untried.length - 5)} more`
            : untried.join(', ')
        }. --specs fetch gets them.`;
  return `${found} in ${plural(components, 'component')}${without}`;
}
