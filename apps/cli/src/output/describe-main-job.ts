import { relative } from 'node:path';
import type { Artefact, MainJobResult, StageReport, Workspace } from '@slipway/pipeline';
import { publishedArtefacts } from '../built/published-artefacts.ts';
import type { CommandContext } from '../context.ts';
import type { CommandOutput } from './command-output.ts';
import { formatBytes, formatSeconds } from './format-amount.ts';
import { formatTable } from './format-table.ts';
import { shownPath } from './shown-path.ts';

/** Digits of a digest that people compare by eye. */
const shownDigits = 16;

/** What people and programs are told about a run of the main job. */
export function describeMainJob(
  { machine, paint }: Pick<CommandContext, 'machine' | 'paint'>,
  { loaded, output }: Pick<Workspace, 'loaded' | 'output'>,
  result: MainJobResult,
): CommandOutput {
  const { stages } = result;
  const artefacts = publishedArtefacts(result, output);
  const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const upToDate = stages.every((stage) => stage.upToDate);
  const headline = upToDate ? 'Everything is up to date.' : `Built in ${formatSeconds(seconds)}.`;
  const place = shownPath(output, machine.directory);
  return {
    json: {
      project: loaded.rootFile,
      output,
      upToDate,
      seconds,
      stages,
      artefacts: artefacts.map((artefact) => ({ name: relative(output, artefact.path), ...artefact })),
    },
    text: [
      `${paint('green', headline)}\n`,
      `${artefactTable(artefacts, output)}\nAll of it is in ${place}.\n`,
      ...(upToDate ? [] : [stageTable(stages, seconds)]),
    ].join('\n'),
  };
}

function artefactTable(artefacts: readonly Artefact[], output: string): string {
  const columns = [
    { title: 'artefact' },
    { title: 'kind' },
    { title: 'size', align: 'right' },
    { title: 'on disk', align: 'right' },
    { title: 'sha256' },
  ] as const;
  const rows = artefacts.map(({ path, kind, sizeBytes, allocatedBytes, sha256 }) => [
    relative(output, path),
    kind,
    formatBytes(sizeBytes),
    formatBytes(allocatedBytes),
    sha256.slice(0, shownDigits),
  ]);
  return formatTable(columns, rows);
}

function stageTable(stages: readonly StageReport[], seconds: number): string {
  const columns = [{ title: 'stage' }, { title: 'time', align: 'right' }, { title: 'result' }] as const;
  const rows = stages.map((stage) => [
    stage.stage,
    formatSeconds(stage.seconds),
    stage.upToDate && !stage.transient ? `${stage.summary} (up to date)` : stage.summary,
  ]);
  return formatTable(columns, [...rows, ['total', formatSeconds(seconds), '']]);
}
