import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The SPDX licence list: identifiers of licences and of exceptions, by their lower-case form. */
export interface LicenseList {
  /** Major and minor, as SPDX documents write it: `3.29`. */
  readonly version: string;
  readonly licenses: ReadonlyMap<string, string>;
  readonly exceptions: ReadonlyMap<string, string>;
}

interface IdentifierSchema {
  readonly $comment: string;
  readonly enum: readonly string[];
}

let loaded: LicenseList | undefined;

/** The list that comes with the CycloneDX library; read once. */
export function licenseList(): LicenseList {
  loaded ??= readLicenseList();
  return loaded;
}

/**
 * The schema of CycloneDX names licences and exceptions in one enumeration: two sorted runs, licences first. Where the
 * order starts again the exceptions begin.
 */
function readLicenseList(): LicenseList {
  const manifest = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
  const path = join(dirname(manifest), 'res/schema/spdx.SNAPSHOT.schema.json');
  const schema = JSON.parse(readFileSync(path, 'utf8')) as IdentifierSchema;
  const ids = schema.enum;
  const border = ids.findIndex((id, index) => index > 0 && id.toLowerCase() < (ids[index - 1] as string).toLowerCase());
  const [, version = ''] = /-(\d+\.\d+)/.exec(schema.$comment) ?? [];
  return { version, licenses: byLowerCase(ids.slice(0, border)), exceptions: byLowerCase(ids.slice(border)) };
}

function byLowerCase(ids: readonly string[]): Map<string, string> {
  return new Map(ids.map((id) => [id.toLowerCase(), id]));
}
