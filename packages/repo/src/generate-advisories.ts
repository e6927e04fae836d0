import { formatEvr } from '@slipway/rpm';
import type { PackageChange } from './diff-repositories.ts';
import type { RepoPackage } from './repo-package.ts';
import type { Advisory, AdvisoryKind, AdvisoryPackage } from './updateinfo.ts';

export interface GenerateAdvisoriesOptions {
  /** Begins every id: `SLIPWAY` gives `SLIPWAY-bash-5.3-2`. */
  readonly prefix: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** Kind of an advisory when `describe` says nothing; default `bugfix`, and `newpackage` when all of it is new. */
  readonly kind?: AdvisoryKind;
  /** What is known of the update of a source package: its kind, severity, texts and references. */
  readonly describe?: (
    sourceName: string,
    packages: readonly RepoPackage[],
  ) => Partial<Omit<Advisory, 'id' | 'packages'>>;
}

/** One advisory for each source package whose packages were added or upgraded, in the order of their names. */
export function generateAdvisories(
  changes: readonly PackageChange[],
  { prefix, time, kind = 'bugfix', describe = () => ({}) }: GenerateAdvisoriesOptions,
): Advisory[] {
  const bySource = Map.groupBy(
    changes.filter((change) => change.kind === 'added' || change.kind === 'upgraded' || change.kind === 'rebuilt'),
    ({ after }) => sourceOf(after as RepoPackage),
  );
  return [...bySource.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, some]) => {
      const packages = some.map(({ after }) => after as RepoPackage);
      const isNew = some.every((change) => change.kind === 'added');
      return {
        id: `${prefix}-${source}`,
        kind: isNew ? 'newpackage' : kind,
        title: `${source} ${isNew ? 'was added' : 'update'}`,
        severity: '',
        description: '',
        issued: time,
        updated: time,
        references: [],
        ...describe(source.replace(/-[^-]*-[^-]*$/, ''), packages),
        packages: packages.map(toAdvisoryPackage),
      };
    });
}

/** Name, version and release of the source package; of the package itself when it names none. */
function sourceOf(one: RepoPackage): string {
  const source = one.sourceRpm.replace(/\.(no)?src\.rpm$/, '');
  return source === '' || source === '(none)' ? `${one.name}-${formatEvr({ ...one.evr, epoch: 0 })}` : source;
}

function toAdvisoryPackage({ name, evr, arch, sourceRpm, locationHref, checksum }: RepoPackage): AdvisoryPackage {
  return { name, evr, arch, sourceRpm, filename: locationHref.split('/').at(-1) ?? '', checksum };
}
