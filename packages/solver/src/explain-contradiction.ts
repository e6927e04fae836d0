import { nearestNames } from '@slipway/core';
import { minimalCore } from './minimal-core.ts';
import type { Pool } from './pool.ts';
import type { Problem } from './request.ts';
import type { Situation } from './resolve.ts';
import type { RuleOrigin, RuleTable } from './rule-table.ts';

/** Packages that a sentence names before it says "and n more". */
const maxNamed = 4;

export interface Explanation {
  readonly problem: Problem;
  /** Positions of the requests that cannot be met together. */
  readonly requests: readonly number[];
}

/** Says in words why the rules of the core cannot all hold. */
export function explainContradiction(situation: Situation, table: RuleTable, core: readonly number[]): Explanation {
  const rules = orderAsArgument(table, minimalCore(table, core));
  const origins = rules.map((rule) => table.origin(rule));
  const requests = new Set(origins.flatMap((origin) => ('request' in origin ? [origin.request] : [])));
  const chain = [...new Set(rules.map((rule) => sentenceOf(situation, table, rule)))];
  const [first = '', ...rest] = chain;
  const last = rest.at(-1);
  return {
    problem: {
      summary: last === undefined ? first : `${first}, but ${last}`,
      chain,
      requests: [...requests].sort((a, b) => a - b).map((at) => situation.planned[at]?.text ?? ''),
    },
    requests: [...requests],
  };
}

/** From the requests along candidates and requirements; rules of two packages when both have been mentioned. */
function orderAsArgument(table: RuleTable, core: readonly number[]): number[] {
  const mentioned = new Set<number>();
  const waiting = [...core];
  const ordered: number[] = [];
  while (waiting.length > 0) {
    const at = waiting.findIndex((rule) => isReady(table, rule, mentioned));
    const [rule = 0] = waiting.splice(Math.max(at, 0), 1);
    ordered.push(rule);
    for (const literal of table.literalsOf(rule)) {
      if (literal > 0) {
        mentioned.add(literal);
      }
    }
  }
  return ordered;
}

function isReady(table: RuleTable, rule: number, mentioned: ReadonlySet<number>): boolean {
  const kind = table.origin(rule).kind;
  const subjects = table.literalsOf(rule).filter((literal) => literal < 0);
  return kind === 'request' || kind === 'installed' || subjects.every((literal) => mentioned.has(-literal));
}

function sentenceOf(situation: Situation, table: RuleTable, rule: number): string {
  const { pool } = situation;
  const origin = table.origin(rule);
  switch (origin.kind) {
    case 'request':
      return sentenceOfRequest(situation, origin.request, table.literalsOf(rule));
    case 'best':
      return `the best version of ${situation.planned[origin.request]?.text} is ${listPackages(pool, table.literalsOf(rule))}`;
    case 'installed':
      return `${pool.nevra(origin.package)} is installed and has to stay in some version`;
    case 'unavailable':
      return `${pool.nevra(origin.package)} cannot be chosen: ${origin.because}`;
    case 'requires':
      return sentenceOfRequirement(pool, origin);
    case 'conflicts':
      return `${pool.nevra(origin.package)} conflicts with ${pool.table.format(origin.relation)}${namesOthers(pool, table, rule)}`;
    case 'obsoletes':
      return `${pool.nevra(origin.package)} obsoletes ${pool.table.format(origin.relation)}${namesOthers(pool, table, rule)}`;
    case 'same-name':
      return `only one of ${pool.nevra(origin.package)} and ${pool.nevra(origin.other)} can be installed`;
    case 'lock-step':
      return `${pool.nevra(origin.package)} needs the same version for the main architecture beside it`;
    case 'learned':
      return '';
  }
}

function sentenceOfRequest(situation: Situation, at: number, candidates: readonly number[]): string {
  const { pool, request, planned } = situation;
  const text = planned[at]?.text ?? '';
  const asks = `${request.requester ?? 'the request'} asks for ${text}`;
  const numbers = candidates.filter((literal) => literal > 0);
  if (numbers.length > 0) {
    const isItself = numbers.length === 1 && pool.name(numbers[0] as number) === text;
    return isItself ? asks : `${asks} (${listPackages(pool, numbers)})`;
  }
  return `${asks}, which no package is called or provides${otherVersions(pool, text)}`;
}

type Requirement = Extract<RuleOrigin, { kind: 'requires' | 'conflicts' | 'obsoletes' }>;

function sentenceOfRequirement(pool: Pool, { package: number, relation }: Requirement): string {
  const requires = `${pool.nevra(number)} requires ${pool.table.format(relation)}`;
  if (pool.table.isRich(relation)) {
    return pool.richTree(relation) === undefined ? `${requires}, which is not a readable relation` : requires;
  }
  const providers = [...pool.providers(relation)];
  if (providers.length === 0) {
    return `${requires}, which nothing provides${missingVersion(pool, relation)}`;
  }
  return `${requires}, provided ${providers.length === 1 ? 'only ' : ''}by ${listPackages(pool, providers)}`;
}

/** "; B-1-1.x86_64 is older" when the name is there in other versions, else the nearest names. */
function missingVersion(pool: Pool, relation: number): string {
  const name = pool.table.name(pool.table.relationName(relation));
  const anyVersion = pool.table.internRelation({ name });
  const others = [...pool.providers(anyVersion)];
  if (others.length === 0) {
    return suggestion(pool, name);
  }
  const wanted = pool.table.relationEvr(relation);
  const [first = 0] = others;
  const order = pool.table.compareVersions(pool.evrId(first), wanted);
  const isSelf = pool.name(first) === name;
  const how = !isSelf || order === 0 ? 'has another version of it' : order < 0 ? 'is older' : 'is newer';
  return others.length === 1
    ? `; the only provider ${pool.nevra(first)} ${how}`
    : `; there are other versions: ${listPackages(pool, others)}`;
}

function otherVersions(pool: Pool, text: string): string {
  const name = /^[^\s<>=]+/.exec(text)?.[0] ?? text;
  const known = [...pool.named(pool.table.findName(name))];
  return known.length > 0 ? `; there are ${listPackages(pool, known)}` : suggestion(pool, name);
}

function suggestion(pool: Pool, name: string): string {
  const near = nearestNames(name, packageNames(pool));
  return near.length === 0 ? '' : `; near names: ${near.join(', ')}`;
}

function* packageNames(pool: Pool): Iterable<string> {
  let last = 0;
  for (let number = 1; number <= pool.size; number++) {
    const nameId = pool.nameId(number);
    if (nameId !== last && pool.named(nameId)[0] === number) {
      yield pool.name(number);
    }
    last = nameId;
  }
}

function namesOthers(pool: Pool, table: RuleTable, rule: number): string {
  const origin = table.origin(rule);
  const subject = 'package' in origin ? origin.package : 0;
  const others = table.literalsOf(rule).filter((literal) => literal < 0 && literal !== -subject);
  return others.length === 0 ? '' : ` (${listPackages(pool, others.map(Math.abs))})`;
}

function listPackages(pool: Pool, numbers: readonly number[]): string {
  const named = numbers.slice(0, maxNamed).map((number) => pool.nevra(number));
  const more = numbers.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ');
}
