export { parseDependency } from './dependency.ts';
export { compareEvr, formatEvr, parseEvr } from './evr.ts';
export { formatDependency } from './format-dependency.ts';
export { formatNevra, parseNevra } from './nevra.ts';
export { overlaps } from './overlaps.ts';
export type {
  ChangelogEntry,
  Comparison,
  Dependency,
  Evr,
  Nevra,
  PackageFile,
  PackageMetadata,
  Relations,
  Scriptlet,
  ScriptletKind,
} from './package-metadata.ts';
export { formatRich, parseRich, type RichDependency, richLeaves } from './rich-dependency.ts';
export { comparisonFromBits, comparisonToBits } from './sense.ts';
export { compareVersions } from './version.ts';
