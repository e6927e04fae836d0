import { join } from 'node:path';
import type { Digest } from '@slipway/core';
import {
  type DiskOutput,
  deriveGuid,
  diskFormats,
  type FatLayout,
  type GptPartition,
  isoFilesOfEsp,
} from '@slipway/disk';
import type { ImageDefinition } from '@slipway/project';

export interface DiskOutputFacts {
  readonly name: string;
  readonly directory: string;
  /** Identifiers are derived from it. */
  readonly seed: Digest;
  readonly time: number;
  readonly esp: FatLayout;
  readonly espPartition: GptPartition;
}

/** The files that a definition asks for: NAME.raw, NAME.qcow2 and so on. */
export function diskOutputs({ disk }: ImageDefinition, facts: DiskOutputFacts): DiskOutput[] {
  const formats = [...new Set(disk?.formats ?? (['raw'] as const))];
  const compression = disk?.qcow2Compression;
  return formats.map((format): DiskOutput => {
    const path = join(facts.directory, facts.name + diskFormats[format].suffix);
    switch (format) {
      case 'raw':
        return { format, path };
      case 'qcow2':
        return { format, path, compression: compression === 'none' ? undefined : compression };
      case 'vhd':
      case 'vhd-dynamic':
        return { format, path, identity: { uuid: deriveGuid(facts.seed, 'vhd'), time: facts.time } };
      case 'vhdx':
        return { format, path, identity: vhdxIdentity(facts.seed) };
      case 'iso':
        return { format, path, volume: isoVolume(facts) };
    }
  });
}

function vhdxIdentity(seed: Digest) {
  return {
    fileWriteGuid: deriveGuid(seed, 'vhdx file'),
    dataWriteGuid: deriveGuid(seed, 'vhdx data'),
    diskGuid: deriveGuid(seed, 'vhdx disk'),
  };
}

const longestLabel = 32;

function isoVolume({ name, time, esp, espPartition }: DiskOutputFacts) {
  return {
    label: name
      .toUpperCase()
      .replace(/[^A-Z0-9_]/g, '_')
      .slice(0, longestLabel),
    time,
    esp: { offset: espPartition.offsetBytes, sizeBytes: espPartition.sizeBytes },
    files: isoFilesOfEsp(esp, espPartition.offsetBytes),
  };
}
