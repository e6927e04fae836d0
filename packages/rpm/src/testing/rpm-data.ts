import { join, resolve } from 'node:path';

const shared = process.env.SLIPWAY_SHARED ?? resolve(import.meta.dirname, '../../../../../shared');

/** The shared RPM fixtures with their reference answers; tests skip visibly when the directory is absent. */
export const rpmData = join(shared, 'data/rpm');
