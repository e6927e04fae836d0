export { componentMacros } from './component-macros.ts';
