/** What an archive may ask of the machine; above it `CORE_LIMIT`. */
export interface ArchiveLimits {
  /** Unpacked bytes, which are kept in a scratch file. */
  readonly unpackedBytes: number;
  /** Unpacked bytes over packed ones, once 64 MiB are unpacked. */
  readonly ratio: number;
  /** Files, links and directories, those between names included. */
  readonly members: number;
  /** Of all names and link targets together: they are kept in memory. */
  readonly nameBytes: number;
}

/** The largest sources of a distribution (kernels, browsers, TeX) have a tenth of this. */
export const archiveLimits: ArchiveLimits = {
  unpackedBytes: 64 * 2 ** 30,
  ratio: 300,
  members: 2_000_000,
  nameBytes: 256 << 20,
};
