import { join } from 'node:path';
import { readTextIfPresent, SlipwayError } from '@slipway/core';
import type { Project } from '@slipway/project';

/** Why a package is in an image. */
export interface ReportedReason {
  /** In words: `requested as …`, `required by NAME (DEPENDENCY)`. */
  readonly text: string;
  /** Digest of the package that asks for it; absent for requests. */
  readonly by?: string;
}

/** A package of an image, as the resolution report has it. */
export interface ReportedPackage {
  readonly name: string;
  readonly nevra: string;
  readonly digest: string;
  readonly reasons: readonly ReportedReason[];
}

export interface ResolutionReport {
  readonly image: string;
  readonly packages: readonly ReportedPackage[];
}

/** Where the main job puts its reports. */
export function reportsDirectory(project: Project): string {
  return join(project.directories.output, 'reports');
}

/** The package set of an image as it was last built. Throws `CLI_NOT_BUILT`. */
export async function loadResolution(project: Project, image: string): Promise<ResolutionReport> {
  const file = join(reportsDirectory(project), 'packages', `${image}.json`);
  return JSON.parse(await loadReport(file, `the packages of ${image}`)) as ResolutionReport;
}

/** A report that the main job wrote. Throws `CLI_NOT_BUILT` when there is none. */
export async function loadReport(file: string, what: string): Promise<string> {
  const text = await readTextIfPresent(file);
  if (text === undefined) {
    throw new SlipwayError('CLI_NOT_BUILT', `Cannot show ${what}: the project has not been built yet`, {
      hint: 'run slipway build',
      at: { file },
    });
  }
  return text;
}
