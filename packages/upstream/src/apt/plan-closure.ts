import { mapConcurrently, nearestNames, SlipwayError } from '@slipway/core';
import type { ArchivePackage } from './archive-package.ts';
import type { AptArchive } from './prepare-apt.ts';
import { aptError, runApt } from './run-apt.ts';

const solveTimeoutSeconds = 300;
/** apt solves on one core; a request set is independent of the others. */
const lanes = 2;

/**
 * The packages that apt would install for each request set on an empty system, without recommended ones: the union
 * over the sets, sorted by name. Throws `UPSTREAM_UNKNOWN_PACKAGE` with the nearest names and `UPSTREAM_NO_CLOSURE`.
 */
export async function planClosure(
  archive: AptArchive,
  index: readonly ArchivePackage[],
  requestSets: readonly (readonly string[])[],
): Promise<ArchivePackage[]> {
  const names = new Set(index.map(({ name }) => name));
  for (const name of requestSets.flat()) {
    checkKnown(name, names);
  }
  const wanted = requestSets.filter((set) => set.length > 0);
  const chosen = new Set((await mapConcurrently(wanted, lanes, (set) => simulate(archive, set))).flat());
  return recordsOf(chosen, index);
}

function checkKnown(name: string, names: ReadonlySet<string>): void {
  if (names.has(name)) {
    return;
  }
  const near = nearestNames(name, names);
  throw new SlipwayError('UPSTREAM_UNKNOWN_PACKAGE', `Cannot find the package ${JSON.stringify(name.slice(0, 100))}`, {
    hint: near.length === 0 ? 'look for it in the index of the archive' : `did you mean ${near.join(', ')}?`,
    data: { name, near },
  });
}

/**
 * `name=version` of everything that apt would install. `--print-uris` names what is to be fetched, which on an empty
 * system is everything, and takes a seventh of the time of `-s`, which also simulates the order of unpacking.
 */
async function simulate(archive: AptArchive, names: readonly string[]): Promise<string[]> {
  const options = ['--print-uris', '-y', '-q', '-o', 'APT::Install-Recommends=false'];
  const result = await runApt('apt-get', ['install', ...options, '--', ...names], {
    ...archive,
    timeoutSeconds: solveTimeoutSeconds,
  });
  if (result.status !== 0) {
    if (
      /unmet dependencies|Unable to correct problems|but it is not (?:installable|going to be installed)/.test(
        `${result.stdout}${result.stderr}`,
      )
    ) {
      const output = `${result.stdout}\n${result.stderr}`
        .replace(/^[^]*The following packages have unmet dependencies:\n/, '')
        .replace(/^(?:(?:Reading|Building) .*|E: .*)$/gm, '')
        .trim()
        .slice(0, 4000)
        .replaceAll(/\n\s*/g, '\n  ');
      throw new SlipwayError(
        'UPSTREAM_NO_CLOSURE',
        `Cannot satisfy the dependencies of ${names.join(' ').slice(0, 400)}:\n  ${output}`,
        { hint: 'change the list of packages: what is named above cannot be had together', data: { names } },
      );
    }
    throw aptError(`plan ${names.join(' ').slice(0, 400)}`, result);
  }
  return [...result.stdout.toString().matchAll(/^'[^']*' ([^_\s]+)_([^_\s]+)_[a-z0-9]+\.deb \d+/gm)].map(
    ([, name = '', version = '']) => `${name}=${version.replaceAll(/%3a/gi, ':')}`,
  );
}

function recordsOf(chosen: ReadonlySet<string>, index: readonly ArchivePackage[]): ArchivePackage[] {
  const found = new Map<string, ArchivePackage>();
  for (const entry of index) {
    const key = `${entry.name}=${entry.version}`;
    if (chosen.has(key)) {
      found.set(key, entry);
    }
  }
  const missing = [...chosen].find((key) => !found.has(key));
  if (missing !== undefined) {
    throw new SlipwayError('UPSTREAM_BAD_INDEX', `Cannot plan: apt chose ${missing}, which the index does not have`);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
