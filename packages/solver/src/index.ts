export type { Problem, Reason, Resolution, ResolvedPackage, SolverRequest } from './request.ts';
export { formatNevra, type PackageReference, type SolverPackage } from './solver-package.ts';
