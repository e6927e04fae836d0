import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generateProject } from './generated-project.ts';
import { makeScratch } from './scratch.ts';
import {
  type Contender,
  figuresOf,
  formatLoad,
  medians,
  missingHarness,
  printTable,
  runMeasured,
} from './side-by-side.ts';

const rounds = 7;
const checkout = join(import.meta.dirname, '..');
const azureLinux = join(process.env.SLIPWAY_SHARED ?? join(checkout, '../shared'), 'data/azl4');

/** From a cold start to the list of all components; no peer is at hand, so the figures stand for themselves. */
export async function project(): Promise<string | undefined> {
  const missing = missingHarness();
  if (missing) {
    return missing;
  }
  const generated = makeScratch('project');
  const { components, files } = generateProject(generated);
  const cache = makeScratch('cache');
  const contenders: Contender[] = [
    ...(existsSync(azureLinux) ? [listing('Azure Linux 4.0', azureLinux, cache)] : []),
    listing('generated', generated, cache),
    { ...listing('generated, without translations', generated, cache), env: { NODE_DISABLE_COMPILE_CACHE: '1' } },
    { name: 'slipway --help', command: [join(checkout, 'slipway'), '--help'], env: { SLIPWAY_CACHE: cache } },
  ];
  const before = formatLoad();
  const rows = contenders.map(measuredRow);
  process.stdout.write(`\nproject: slipway component list --json; no peer, absolute figures\n`);
  process.stdout.write(`  medians of ${rounds}; load average ${before}, afterwards ${formatLoad()}\n`);
  printTable([['', 'CPU', 'wall', 'peak', 'result'], ...rows]);
  process.stdout.write(`  - the generated project has ${components} components in ${files} files\n`);
  process.stdout.write(
    '  - npm install has Node keep translations of the sources; without them a start makes its own\n',
  );
  return undefined;
}

function listing(name: string, directory: string, cache: string): Contender {
  return {
    name,
    command: [join(checkout, 'slipway'), '--project', directory, 'component', 'list', '--json'],
    env: { SLIPWAY_CACHE: cache },
    result: (output) => `${(JSON.parse(output) as unknown[]).length} components`,
  };
}

/** The run before the first measured one fills the cache. */
function measuredRow(contender: Contender): string[] {
  const { output } = runMeasured(contender);
  const runs = Array.from({ length: rounds }, () => runMeasured(contender).usage);
  return [contender.name, ...figuresOf(medians(runs)), contender.result?.(output) ?? ''];
}
