/** Package files below a directory to rpm-md in another: `ours/repository.ts PACKAGES TARGET WORKERS`. */
import { buildRepository } from '@slipway/repo';
import { reportResult } from './report-result.ts';

const [directory = '', outputDirectory = '', workers = '1'] = process.argv.slice(2);
const built = await buildRepository(directory, { time: 1_793_404_800, outputDirectory, workers: Number(workers) });
reportResult(`${built.packageCount} packages, ${built.readCount} opened`);
