export { addRpmDatabase, type RpmDatabaseRequest } from './add-rpm-database.ts';
export { analysePackage } from './analyse-package.ts';
export { type BootFiles, type BootFilesRequest, planBootFiles } from './boot-files.ts';
export { type BuildRootRequest, composeBuildRoot } from './compose-build-root.ts';
export { type ComposedImage, type ComposeRequest, composeImage } from './compose-image.ts';
export type { ChosenPackage } from './installed-package.ts';
export type { FactsSource, PackageFacts } from './package-facts.ts';
export { payloadContent } from './payload-content.ts';
export type { ScriptletDecision } from './scriptlet-policy.ts';
