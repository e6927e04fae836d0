import { distribution } from './main-job.ts';
import { slipway } from './slipway.ts';

export interface ImagePackage {
  readonly name: string;
  readonly nevra: string;
  readonly reasons: readonly { readonly text: string }[];
}

export interface ImageReport {
  readonly packages: readonly ImagePackage[];
}

/** What an image was composed of and why, as `slipway image packages` reports it. */
export async function imageReport(image: string): Promise<ImageReport> {
  const { status, stdout, stderr } = await slipway(['image', 'packages', image, '--project', distribution, '--json']);
  if (status !== 0) {
    throw new Error(`slipway image packages ${image}: ${stderr}`);
  }
  return JSON.parse(stdout.toString()) as ImageReport;
}

/** The NEVRAs in it, as `rpm -qa --qf %{nevra}` prints them, sorted. */
export async function imagePackages(image: string): Promise<readonly string[]> {
  return (await imageReport(image)).packages.map(({ nevra }) => nevra).sort();
}
