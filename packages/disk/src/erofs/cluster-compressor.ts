import { compressZstdSync } from '@slipway/formats';
import type { CompressionSettings } from './erofs-options.ts';
import { longestClusterBytes } from './file-clusters.ts';
import { Lz4Compressor } from './lz4-block.ts';

/** The compressed form of a cluster, valid until the next call, or undefined when it exceeds `limitBytes`. */
export type ClusterCompressor = (cluster: Uint8Array, limitBytes: number) => Uint8Array | undefined;

/** Neither form begins with a zero byte, which kernels take for padding. */
export function clusterCompressor({ algorithm, level, clusterBytes }: CompressionSettings): ClusterCompressor {
  if (algorithm === 'lz4') {
    const lz4 = new Lz4Compressor(longestClusterBytes(clusterBytes));
    return (cluster, limitBytes) => lz4.compress(cluster, limitBytes);
  }
  return (cluster, limitBytes) => {
    const frame = compressZstdSync(cluster, { level, checksum: false });
    return frame.length <= limitBytes ? frame : undefined;
  };
}
