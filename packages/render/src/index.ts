export { componentMacros } from './component-macros.ts';
export { changedFields, type FieldChange } from './identity/changed-fields.ts';
export {
  type ComponentIdentity,
  componentIdentity,
  formatIdentity,
  type IdentityFields,
  type IdentityInputs,
  lockedFields,
  type SourceIdentity,
} from './identity/component-identity.ts';
