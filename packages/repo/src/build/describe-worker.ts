/** A thread that describes batches of packages for `describePackages`. */
import { parentPort } from 'node:worker_threads';
import { type Batch, describeBatch } from './describe-batch.ts';

const port = parentPort;
port?.on('message', (batch: Batch) => {
  void answer(batch);
});

async function answer(batch: Batch): Promise<void> {
  const described = await describeBatch(batch);
  const { primary, filelists, other, filelistsExt } = described;
  const buffers = [primary, filelists, other, ...(filelistsExt === undefined ? [] : [filelistsExt])];
  port?.postMessage(
    described,
    buffers.map(({ buffer }) => buffer),
  );
}
