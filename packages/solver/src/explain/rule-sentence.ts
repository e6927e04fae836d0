import { nearestNames } from '@slipway/core';
import { isComplex } from '../pool/complex-dependency.ts';
import type { DependencyId } from '../pool/dependency-table.ts';
import { firstPackage, type Pool } from '../pool/pool.ts';
import type { PlannedRequest } from '../request/plan-jobs.ts';
import type { PackageRuleReason } from '../rules/package-rule-sink.ts';
import type { SolverState } from '../rules/solver-state.ts';
import { packageRuleReason } from './package-rule-reason.ts';

/** Packages that a sentence names before it says "and n more". */
const maxNamed = 4;

/** Says what a rule demands, and why, in a sentence without a full stop. */
export function sentenceOfRule(planned: PlannedRequest, state: SolverState, rule: number): string {
  const { pool } = planned;
  const { rules, bestInfo } = state;
  const literals = rules.literalsOf(rule);
  const subject = pool.nevra(Math.abs(literals[0] ?? 0));
  switch (rules.classOf(rule)) {
    case 'package':
      return sentenceOfPackageRule(planned, literals, packageRuleReason(state, rule));
    case 'job':
      return sentenceOfJob(planned, jobOf(state, rule), literals);
    case 'best': {
      const info = bestInfo[rule - rules.sections.best.start] as number;
      return info < 0
        ? `the best version of ${planned.texts[jobOf(state, -info)] ?? ''} is ${listPackages(pool, literals)}`
        : `the best version for ${pool.nevra(info)} is ${listPackages(pool, literals)}`;
    }
    case 'update':
    case 'feature':
      return `${subject} is installed and has to stay in some version`;
    case 'architecture':
      return `${subject} needs the same version for the main architecture beside it`;
    case 'distribution':
      return `${subject} is not in the repositories that the system is brought to`;
    case 'obsoletes':
      return `${subject} comes together with ${listPackages(pool, literals.slice(1))}`;
    default:
      return `${subject} is not wanted`;
  }
}

function jobOf({ rules, jobOfRule }: SolverState, rule: number): number {
  return jobOfRule[rule - rules.sections.job.start] as number;
}

function sentenceOfJob(planned: PlannedRequest, job: number, literals: readonly number[]): string {
  const { pool, request, texts, jobs } = planned;
  const requester = request.requester ?? 'the request';
  const text = texts[job] ?? '';
  const candidates = literals.filter((literal) => literal >= firstPackage);
  if (jobs[job]?.kind === 'erase') {
    return `${requester} erases ${pool.nevra(Math.abs(literals[0] as number))}`;
  }
  const asks = `${requester} asks for ${text}`;
  if (candidates.length === 0) {
    return `${asks}, which no package is called or provides${otherVersions(pool, text)}`;
  }
  const isItself = candidates.length === 1 && pool.name(candidates[0] as number) === text;
  return isItself ? asks : `${asks} (${listPackages(pool, candidates)})`;
}

function sentenceOfPackageRule(
  planned: PlannedRequest,
  literals: readonly number[],
  reason: PackageRuleReason | undefined,
): string {
  const { pool } = planned;
  const named = literals.filter((literal) => literal < -1).map((literal) => pool.nevra(-literal));
  if (reason === undefined) {
    return `${named.join(' and ')} cannot be there together`;
  }
  const subject = pool.nevra(reason.package);
  const dependency = pool.format(reason.dependency);
  const others = literals.filter((literal) => literal < -1 && literal !== -reason.package).map((literal) => -literal);
  const aside = others.length === 0 ? '' : ` (${listPackages(pool, others)})`;
  switch (reason.kind) {
    case 'not-installable':
      return `${subject} cannot be chosen: ${obstacle(planned, reason.package)}`;
    case 'nothing-provides':
      return `${subject} requires ${dependency}, which nothing provides${missingVersion(planned, reason.dependency)}`;
    case 'requires':
    case 'recommends':
      return sentenceOfRequirement(planned, reason, literals);
    case 'conflicts':
      return `${subject} conflicts with ${dependency}${aside}`;
    case 'self-conflict':
      return `${subject} conflicts with ${dependency}, which it provides itself`;
    case 'same-name':
      return `only one of ${named.join(' and ')} can be installed`;
    default:
      return `${subject} obsoletes ${dependency}${aside}`;
  }
}

function sentenceOfRequirement(
  planned: PlannedRequest,
  reason: PackageRuleReason,
  literals: readonly number[],
): string {
  const { pool } = planned;
  const requires = `${pool.nevra(reason.package)} ${reason.kind} ${pool.format(reason.dependency)}`;
  if (reason.dependency < 0 && isComplex(pool.table, reason.dependency)) {
    return requires;
  }
  const providers = literals.filter((literal) => literal > 0);
  return `${requires}, provided ${providers.length === 1 ? 'only ' : ''}by ${listPackages(pool, providers)}`;
}

function obstacle({ pool, view, request }: PlannedRequest, number: number): string {
  if (!view.isDisabled(number)) {
    return view.isSource(number)
      ? 'it is a source package'
      : `it is for ${pool.arch(number)}, not for ${request.architecture}`;
  }
  const excluded = new Set(request.exclude ?? []);
  return excluded.has(pool.name(number)) || excluded.has(pool.nevra(number))
    ? 'the request excludes it'
    : 'another version is locked';
}

/** "; the only provider B-1-1.x86_64 is older" when the name is there in other versions, else the nearest names. */
function missingVersion({ pool, view }: PlannedRequest, dependency: DependencyId): string {
  const { table } = pool;
  if (table.operator(dependency) >= 8) {
    return '';
  }
  const name = table.nameOf(dependency);
  const others = [...view.providers(name)];
  const [first] = others;
  if (first === undefined) {
    const misfits = [...pool.named(name)];
    return misfits.length > 0 ? `; there are ${listPackages(pool, misfits)}` : suggestion(pool, table.text(name));
  }
  if (others.length > 1) {
    return `; there are other versions: ${listPackages(pool, others)}`;
  }
  const order = pool.evrOrder.compare(pool.evrId(first), table.right(dependency));
  const isSelf = pool.nameId(first) === name;
  const how = !isSelf || order === 0 ? 'has another version of it' : order < 0 ? 'is older' : 'is newer';
  return `; the only provider ${pool.nevra(first)} ${how}`;
}

function otherVersions(pool: Pool, text: string): string {
  const name = /^[^\s<>=]+/.exec(text)?.[0] ?? text;
  const known = [...pool.named(pool.table.find(name))];
  return known.length > 0 ? `; there are ${listPackages(pool, known)}` : suggestion(pool, name);
}

function suggestion(pool: Pool, name: string): string {
  const near = nearestNames(name, packageNames(pool));
  return near.length === 0 ? '' : `; near names: ${near.join(', ')}`;
}

function* packageNames(pool: Pool): Iterable<string> {
  for (let number = firstPackage; number < pool.end; number++) {
    if (pool.named(pool.nameId(number))[0] === number) {
      yield pool.name(number);
    }
  }
}

function listPackages(pool: Pool, numbers: readonly number[]): string {
  const named = numbers.slice(0, maxNamed).map((number) => pool.nevra(number));
  const more = numbers.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ');
}
