export { type BuildRequest, type BuildSource, type BuiltPackage, buildComponent } from './build-component.ts';
export { chooseSandbox, type Sandbox } from './sandbox.ts';
