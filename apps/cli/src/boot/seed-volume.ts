import { planFat, writeBlockFile, writeFat } from '@slipway/disk';

/** What cloud-init's NoCloud source reads at first boot. */
export interface CloudSeed {
  /** Text of `user-data`: mostly a `#cloud-config` document. */
  readonly userData: string;
  /** Text of `meta-data`: YAML with at least `instance-id`. */
  readonly metaData: string;
}

/** cloud-init looks for a file system with this label (NoCloud: "cidata" or "CIDATA"). */
const label = 'CIDATA';
const volumeId = 0x51195eed;

/** Writes the volume for `seed`: FAT16, 16 MiB as a file with holes. `time` is in seconds since 1970. */
export async function writeSeedVolume(path: string, seed: CloudSeed, time: number): Promise<void> {
  const files = Object.entries({ 'meta-data': seed.metaData, 'user-data': seed.userData }).map(([name, text]) => {
    const bytes = Buffer.from(text);
    return { path: `/${name}`, sizeBytes: bytes.length, content: () => [bytes] };
  });
  const layout = planFat(files, {
    type: 'fat16',
    size: { kind: 'minimal', freeBytes: 0 },
    volumeId,
    createdAt: time,
    label,
  });
  await writeBlockFile(path, layout.sizeBytes, (out) => writeFat(layout, out));
}
