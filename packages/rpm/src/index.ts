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
