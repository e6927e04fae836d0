import type { Dependency } from './package-metadata.ts';

/**
 * What rpm 6.1 itself provides (rpmds.cc), each with the version in which it came: packages require the features that
 * their installer must know.
 */
export const rpmlibFeatures: readonly Dependency[] = (
  [
    ['BuiltinLuaScripts', '4.2.2'],
    ['CaretInVersions', '4.15.0'],
    ['CompressedFileNames', '3.0.4'],
    ['ConcurrentAccess', '4.1'],
    ['DynamicBuildRequires', '4.15.0'],
    ['ExplicitPackageProvide', '4.0'],
    ['FileCaps', '4.6.1'],
    ['FileDigests', '4.6.0'],
    ['HeaderLoadSortsTags', '4.0.1'],
    ['LargeFiles', '4.12.0'],
    ['PartialHardlinkSets', '4.0.4'],
    ['PayloadFilesHavePrefix', '4.0'],
    ['PayloadIsBzip2', '3.0.5'],
    ['PayloadIsLzma', '4.4.2'],
    ['PayloadIsXz', '5.2'],
    ['PayloadIsZstd', '5.4.18'],
    ['RichDependencies', '4.12.0'],
    ['ScriptletExpansion', '4.9.0'],
    ['ScriptletInterpreterArgs', '4.0.3'],
    ['TildeInVersions', '4.10.0'],
    ['VersionedDependencies', '3.0.3'],
  ] as const
).map(([feature, version]) => ({
  name: `rpmlib(${feature})`,
  comparison: '=',
  evr: { epoch: 0, version, release: '1' },
}));
