export { checkResolution } from './check-resolution.ts';
export {
  findUninstallable,
  type InstallabilityOptions,
  type UninstallablePackage,
} from './find-uninstallable.ts';
export { buildPool, type InternedPackage, PoolBuilder } from './pool/build-pool.ts';
export type { Pool } from './pool/pool.ts';
export type { PackageReference, SolverPackage } from './pool/solver-package.ts';
export type {
  ArgumentNode,
  EraseReason,
  Problem,
  Reason,
  Resolution,
  ResolvedPackage,
  SolverRequest,
  TransactionStep,
  WayOut,
} from './request/request.ts';
export { resolve } from './resolve.ts';
export { runTestcase, TestcasePools, type TestcaseRun } from './testcase/run-testcase.ts';
