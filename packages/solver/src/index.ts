export { buildPool, PoolBuilder } from './build-pool.ts';
export { checkResolution } from './check-resolution.ts';
export type { Pool } from './pool.ts';
export type { Problem, Reason, Resolution, ResolvedPackage, SolverRequest } from './request.ts';
export { resolve } from './resolve.ts';
export type { PackageReference, SolverPackage } from './solver-package.ts';
