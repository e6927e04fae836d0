/** Macros that make a build repeatable and its packages like Slipway's own: RPM v4, zstd payload, no debug packages. */
const baseMacros: Readonly<Record<string, string>> = {
  _topdir: '/build',
  _builddir: '/build/BUILD',
  _tmppath: '/tmp',
  _buildhost: 'slipway',
  _rpmformat: '4',
  _binary_payload: 'w3.zstdio',
  _source_payload: 'w3.zstdio',
  _build_id_links: 'none',
  debug_package: '%{nil}',
  use_source_date_epoch_as_buildtime: '1',
  build_mtime_policy: 'clamp_to_source_date_epoch',
  source_date_epoch_from_changelog: '0',
  _smp_mflags: '-j2',
  _smp_build_ncpus: '2',
};

/** The text of `.rpmmacros`: base, then the project's, then the component's; later ones win. Sorted, so that it is stable. */
export function formatBuildMacros(...layers: readonly Readonly<Record<string, string>>[]): string {
  const macros: Record<string, string> = Object.assign({}, baseMacros, ...layers);
  return Object.keys(macros)
    .sort()
    .map((name) => `%${name} ${macros[name]}\n`)
    .join('');
}
