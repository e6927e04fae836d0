import { dnfPoolFlags, type PoolFlags } from '../pool/pool-view.ts';
import { plainSolverFlags, type SolverFlags } from '../request/job.ts';
import { TestcaseMistake } from './testcase-jobs.ts';

const solverFlagNames: Readonly<Record<string, keyof SolverFlags>> = {
  allowdowngrade: 'allowDowngrade',
  allownamechange: 'allowNameChange',
  allowarchchange: 'allowArchChange',
  allowvendorchange: 'allowVendorChange',
  allowuninstall: 'allowUninstall',
  noupdateprovide: 'noUpdateProvide',
  splitprovides: 'splitProvides',
  ignorerecommended: 'ignoreRecommended',
  addalreadyrecommended: 'addAlreadyRecommended',
  noinfarchcheck: 'noArchitectureCheck',
  keepexplicitobsoletes: 'keepExplicitObsoletes',
  bestobeypolicy: 'bestObeysPolicy',
  noautotarget: 'noAutoTarget',
  dupallowdowngrade: 'dupAllowDowngrade',
  dupallowarchchange: 'dupAllowArchChange',
  dupallowvendorchange: 'dupAllowVendorChange',
  dupallownamechange: 'dupAllowNameChange',
  keeporphans: 'keepOrphans',
  breakorphans: 'breakOrphans',
  focusinstalled: 'focusInstalled',
  yumobsoletes: 'yumObsoletes',
  needupdateprovide: 'needUpdateProvide',
  focusbest: 'focusBest',
  strongrecommends: 'strongRecommends',
  installalsoupdates: 'installAlsoUpdates',
  onlynamespacerecommended: 'onlyNamespaceRecommended',
  strictrepopriority: 'strictRepositoryPriority',
  focusnew: 'focusNew',
};

const poolFlagNames: Readonly<Record<string, keyof PoolFlags>> = {
  forbidselfconflicts: 'forbidSelfConflicts',
  obsoleteusesprovides: 'obsoletesMatchProvides',
  implicitobsoleteusesprovides: 'implicitObsoletesMatchProvides',
  obsoleteusescolors: 'obsoletesNeedColour',
  implicitobsoleteusescolors: 'implicitObsoletesNeedColour',
  noinstalledobsoletes: 'noInstalledObsoletes',
  noobsoletesmultiversion: 'noObsoletesMultiversion',
  whatprovideswithdisabled: 'providersIncludeDisabled',
};
/** They change how libsolv finds files, not what it finds. */
const withoutEffect: ReadonlySet<string> = new Set(['addfileprovidesfiltered', 'nowhatprovidesaux']);

export const plainPoolFlags: PoolFlags = {
  ...dnfPoolFlags,
  implicitObsoletesNeedColour: false,
  providersIncludeDisabled: false,
};

function changed<T extends object>(flags: T, names: Readonly<Record<string, keyof T>>, words: readonly string[]): T {
  const result = { ...flags };
  for (const word of words.flatMap((one) => one.split(',')).filter((one) => one !== '')) {
    const name = word.replace(/^!/, '');
    const key = names[name];
    if (key !== undefined) {
      Object.assign(result, { [key]: !word.startsWith('!') });
    } else if (!withoutEffect.has(name)) {
      throw new TestcaseMistake(`the flag "${name}" is not supported`);
    }
  }
  return result;
}

export function withSolverFlags(flags: SolverFlags = plainSolverFlags, words: readonly string[] = []): SolverFlags {
  return changed(flags, solverFlagNames, words);
}

export function withPoolFlags(flags: PoolFlags, words: readonly string[]): PoolFlags {
  return changed(flags, poolFlagNames, words);
}
