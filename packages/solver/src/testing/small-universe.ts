import { parseDependency, parseEvr } from '@slipway/rpm';
import type { SolverPackage } from '../pool/solver-package.ts';

/** Relations in words; everything not named is empty or ordinary. */
export interface PackageSketch {
  readonly provides?: readonly string[];
  readonly requires?: readonly string[];
  readonly conflicts?: readonly string[];
  readonly obsoletes?: readonly string[];
  readonly recommends?: readonly string[];
  readonly suggests?: readonly string[];
  readonly supplements?: readonly string[];
  readonly enhances?: readonly string[];
  readonly files?: readonly string[];
  readonly priority?: number;
  readonly repository?: string;
}

/** `sketch('a-2-1.noarch', { requires: ['b >= 2'] })`: a package that provides itself as rpmbuild would write it. */
export function sketch(nevra: string, relations: PackageSketch = {}): SolverPackage {
  const [, name = '', evrText = '', arch = ''] = /^(.+)-([^-]+-[^-]+)\.([^.]+)$/.exec(nevra) ?? [];
  const evr = parseEvr(evrText);
  const read = (texts: readonly string[] = []) => texts.map((text) => parseDependency(text));
  return {
    id: relations.repository === undefined ? nevra : `${nevra}@${relations.repository}`,
    name,
    evr,
    arch,
    provides: [{ name, comparison: '=', evr }, ...read(relations.provides)],
    requires: read(relations.requires),
    conflicts: read(relations.conflicts),
    obsoletes: read(relations.obsoletes),
    recommends: read(relations.recommends),
    suggests: read(relations.suggests),
    supplements: read(relations.supplements),
    enhances: read(relations.enhances),
    files: relations.files ?? [],
    vendor: '',
    repository: relations.repository ?? 'main',
    priority: relations.priority ?? 99,
    buildTime: 0,
    installedSizeBytes: 1,
  };
}
