export { componentMacros } from './component-macros.ts';
export { type ChangedComponent, changedComponents, type ProjectState } from './identity/changed-components.ts';
export type { FieldChange } from './identity/changed-fields.ts';
export {
  type ComponentIdentity,
  componentIdentity,
  formatIdentity,
  type IdentityFields,
  lockedFields,
} from './identity/component-identity.ts';
export { Identities } from './identity/load-identity.ts';
export { compareRendered, type RenderedDifference } from './output/compare-rendered.ts';
export {
  failureFile,
  listRendered,
  loadRendered,
  type RenderedFile,
  removeRendered,
  renderedDirectory,
  saveRendered,
} from './output/rendered-directory.ts';
export { projectFileLoader } from './project-files.ts';
