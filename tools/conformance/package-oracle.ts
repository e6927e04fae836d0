import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What rpm 6.1 said of a package file: an element of `oracle.json`. */
export interface PackageAnswer {
  /** Below the directory of the set. */
  readonly file: string;
  readonly query_rc: number;
  /** `%{NEVRA}|%{RPMFORMAT}|%{PAYLOADCOMPRESSOR}|%{RPMVERSION}|%{SOURCEPACKAGE}|%{FILEDIGESTALGO}`; empty when rpm could not read it. */
  readonly nevra: string;
  readonly checksig_rc: number;
  /** The lines of `rpmkeys -Kv`. */
  readonly checksig: readonly string[];
  readonly cpio_rc: number;
  /** Of what rpm2cpio wrote. */
  readonly cpio_sha256: string | null;
}

/** Throws an Error when the directory has no `oracle.json`, or one of another form. */
export function loadAnswers(directory: string): readonly PackageAnswer[] {
  const parsed: unknown = JSON.parse(readFileSync(join(directory, 'oracle.json'), 'utf8'));
  const isAnswer = (each: unknown) =>
    typeof (each as PackageAnswer | null)?.file === 'string' && typeof (each as PackageAnswer).query_rc === 'number';
  if (!Array.isArray(parsed) || !parsed.every(isAnswer)) {
    throw new TypeError(`Cannot read ${join(directory, 'oracle.json')}: it is no list of answers`);
  }
  return parsed as PackageAnswer[];
}
