export type { Artefact, ArtefactKind, BuiltImage } from './image-outputs.ts';
export { ImportedSources } from './imported-sources.ts';
export { type MainJobResult, runMainJob } from './main-job.ts';
export type { StageReport } from './stage.ts';
export { openWorkspace, type Workspace, type WorkspaceOptions } from './workspace.ts';
