import { join, relative } from 'node:path';
import { sha256, writeFileAtomically } from '@slipway/core';
import { projectDigest } from '@slipway/project';
import {
  appliedOverlays,
  type DeviationReport,
  declaredSettings,
  formatChecksums,
  formatDeviationHtml,
  formatDeviationJson,
  formatDeviationMarkdown,
  formatDeviationTable,
  reportedDistribution,
} from '@slipway/release';
import { armorSignature, type SigningKey, signDetached } from '@slipway/trust';
import type { BuiltImage } from './image-outputs.ts';
import type { ImportedRecord } from './import-stage.ts';
import { describeOutput, type OutputFile, outputsIntact } from './output-files.ts';
import type { PackageHeaders, SignedPackage } from './package-record.ts';
import type { RenderedComponent } from './render-stage.ts';
import type { PublishedRepository } from './repository-stage.ts';
import type { ImageResolution } from './resolve-stage.ts';
import { imageSboms, packageSboms, type ReportText } from './sbom-files.ts';
import { runStage, type StageResult } from './stage.ts';
import type { Workspace } from './workspace.ts';

export interface ReportInputs {
  readonly imported: readonly ImportedRecord[];
  readonly rendered: readonly RenderedComponent[];
  readonly packages: readonly SignedPackage[];
  readonly headers: PackageHeaders;
  readonly repository: PublishedRepository;
  readonly resolutions: readonly ImageResolution[];
  readonly images: readonly BuiltImage[];
  readonly key: SigningKey;
}

export interface WrittenReports {
  readonly files: readonly OutputFile[];
  readonly deviations: number;
  readonly componentsChanged: number;
  readonly componentsTotal: number;
}

/** SBOMs, the deviation report, the package lists and the signed checksums of everything that is published. */
export function reportStage(workspace: Workspace, inputs: ReportInputs): Promise<StageResult<WrittenReports>> {
  return runStage(workspace, 'reports', async (advance) => {
    const report = await deviationReport(workspace, inputs);
    const task = {
      kind: 'reports',
      name: workspace.output,
      inputs: {
        report,
        packages: inputs.packages.map(({ signed }) => signed.digest),
        images: inputs.images.map(({ artefacts }) => artefacts),
        resolutions: inputs.resolutions,
        repository: inputs.repository.files.map(({ sha256: digest }) => digest),
        key: inputs.key.fingerprint,
        output: workspace.output,
        time: workspace.time,
      },
      code: workspace.code.of('core', 'pipeline', 'release', 'rpm', 'trust'),
      objects: () => [],
      isIntact: (reports: WrittenReports) => outputsIntact(reports.files),
    };
    const { value, cached } = await workspace.tasks.run(task, async () => {
      const texts = await reportTexts(workspace, inputs, report);
      const files: OutputFile[] = [];
      for (const text of texts) {
        files.push(await writeReport(workspace, text));
        advance('files', files.length, texts.length);
      }
      files.push(...(await writeChecksums(workspace, inputs, files)));
      return {
        files,
        deviations: report.deviations.length,
        componentsChanged: new Set(report.deviations.map(({ component }) => component)).size,
        componentsTotal: report.componentsTotal,
      };
    });
    const summary = `${value.componentsChanged} of ${value.componentsTotal} components differ from upstream, ${value.deviations} deviations; ${value.files.length} files`;
    return { value, summary, upToDate: cached };
  });
}

async function deviationReport(
  { loaded: project }: Workspace,
  { imported, rendered }: ReportInputs,
): Promise<DeviationReport> {
  const ofImports = imported.flatMap((record) => {
    const component = record.deviations.length === 0 ? undefined : project.components.get(record.component);
    return component === undefined ? [] : appliedOverlays(project, component, record.deviations);
  });
  const ofSources = rendered.flatMap(({ local, deviations }) => appliedOverlays(project, local.component, deviations));
  return {
    distribution: reportedDistribution(project),
    basis: 'built',
    project: await projectDigest(project),
    componentsTotal: imported.length + rendered.length,
    deviations: [...ofImports, ...ofSources],
    settings: rendered.flatMap(({ local }) => declaredSettings(project, local.component)),
  };
}

async function reportTexts(workspace: Workspace, inputs: ReportInputs, report: DeviationReport): Promise<ReportText[]> {
  const texts: ReportText[] = [
    { path: 'reports/deviations.txt', text: formatDeviationTable(report) },
    { path: 'reports/deviations.json', text: formatDeviationJson(report) },
    { path: 'reports/deviations.md', text: formatDeviationMarkdown(report) },
    { path: 'reports/deviations.html', text: formatDeviationHtml(report) },
  ];
  for (const image of inputs.images) {
    const resolution = inputs.resolutions.find((each) => each.image === image.image) as ImageResolution;
    texts.push({ path: `reports/packages/${image.image}.json`, text: `${JSON.stringify(resolution, undefined, 2)}\n` });
    texts.push(...(await imageSboms(workspace, image, resolution, inputs)));
  }
  for (const pkg of inputs.packages) {
    texts.push(...(await packageSboms(workspace, pkg, inputs.headers)));
  }
  return texts;
}

async function writeReport(workspace: Workspace, { path, text }: ReportText): Promise<OutputFile> {
  const target = join(workspace.output, path);
  await writeFileAtomically(target, text);
  return describeOutput(target, Buffer.byteLength(text), sha256(text));
}

async function writeChecksums(
  workspace: Workspace,
  inputs: ReportInputs,
  reports: readonly OutputFile[],
): Promise<OutputFile[]> {
  const published = [...inputs.images.flatMap(({ files }) => files), ...inputs.repository.files, ...reports];
  const named = published.map(({ path, sha256: digest }) => ({
    name: relative(workspace.output, path),
    sha256: digest,
  }));
  const text = formatChecksums(named);
  const signature = await armorSignature(
    await signDetached(inputs.key, Buffer.from(text), { created: workspace.time }),
  );
  return [
    await writeReport(workspace, { path: 'SHA256SUMS', text }),
    await writeReport(workspace, { path: 'SHA256SUMS.asc', text: signature }),
  ];
}
