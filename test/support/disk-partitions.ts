import { spawnSync } from 'node:child_process';

export interface DiskPartition {
  readonly name: string;
  readonly type: string;
  readonly uuid: string;
  /** Bytes. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The partition table as sfdisk reads it. */
export function diskPartitions(disk: string): readonly DiskPartition[] {
  const text = expectOutput('sfdisk', ['--json', disk]);
  const { partitiontable: table } = JSON.parse(text) as {
    partitiontable: {
      sectorsize: number;
      partitions: { name: string; type: string; uuid: string; start: number; size: number }[];
    };
  };
  return table.partitions.map(({ name, type, uuid, start, size }) => ({
    name,
    type,
    uuid,
    offset: start * table.sectorsize,
    sizeBytes: size * table.sectorsize,
  }));
}

/** stdout of a program that must succeed. */
export function expectOutput(command: string, args: readonly string[], input?: string): string {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: 'C.UTF-8' },
    ...(input === undefined ? {} : { input }),
  });
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: status ${result.status}\n${result.stdout}${result.stderr}`);
  }
  return result.stdout;
}
