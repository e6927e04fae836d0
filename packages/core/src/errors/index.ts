import { buildCodes } from './build-codes.ts';
import type { ErrorMeaning } from './catalogue.ts';
import { cliCodes } from './cli-codes.ts';
import { composeCodes } from './compose-codes.ts';
import { coreCodes } from './core-codes.ts';
import { diskCodes } from './disk-codes.ts';
import { formatsCodes } from './formats-codes.ts';
import { pipelineCodes } from './pipeline-codes.ts';
import { projectCodes } from './project-codes.ts';
import { releaseCodes } from './release-codes.ts';
import { renderCodes } from './render-codes.ts';
import { repoCodes } from './repo-codes.ts';
import { rpmCodes } from './rpm-codes.ts';
import { solverCodes } from './solver-codes.ts';
import { specCodes } from './spec-codes.ts';
import { treeCodes } from './tree-codes.ts';
import { trustCodes } from './trust-codes.ts';
import { upstreamCodes } from './upstream-codes.ts';

/** Every error code of Slipway: `docs/reference/errors.md` is generated from this table. */
export const errorCatalogue = {
  ...coreCodes,
  ...formatsCodes,
  ...trustCodes,
  ...rpmCodes,
  ...specCodes,
  ...treeCodes,
  ...diskCodes,
  ...repoCodes,
  ...solverCodes,
  ...projectCodes,
  ...upstreamCodes,
  ...buildCodes,
  ...composeCodes,
  ...renderCodes,
  ...releaseCodes,
  ...pipelineCodes,
  ...cliCodes,
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

export function errorMeaning(code: ErrorCode): ErrorMeaning {
  return errorCatalogue[code];
}
