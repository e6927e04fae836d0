import type { PlannedRequest } from '../request/plan-jobs.ts';
import type { ArgumentNode, Problem, SolverRequest, WayOut } from '../request/request.ts';
import type { SolverState } from '../rules/solver-state.ts';
import type { FoundProblem } from '../search/decision-maker.ts';
import { minimalCore } from './minimal-core.ts';
import { sentenceOfRule } from './rule-sentence.ts';

const maxWaysOut = 3;
/** Changes that are tried: each one costs a search. */
const maxTried = 12;

/** Says in words why the rules of a problem cannot all hold, and what would help. */
export function explainProblem(
  planned: PlannedRequest,
  state: SolverState,
  { problem, isPossible }: { readonly problem: FoundProblem; readonly isPossible: (request: SolverRequest) => boolean },
): Problem {
  const { rules } = state;
  const core = minimalCore(problem.rules.map((rule) => rules.literalsOf(rule))).map(
    (at) => problem.rules[at] as number,
  );
  const steps = orderAsArgument(state, core);
  const chain = [...new Set(steps.map(({ rule }) => sentenceOfRule(planned, state, rule)))];
  const [first = '', ...rest] = chain;
  const last = rest.at(-1);
  const requests = requestsOf(planned, state, core);
  return {
    summary: last === undefined ? first : `${first}, but ${last}`,
    chain,
    argument: nest(steps, (rule) => sentenceOfRule(planned, state, rule)),
    requests,
    waysOut: findWaysOut(planned, state, { core, requests, isPossible }),
  };
}

/** A rule, and the step that first speaks of its subject; -1 for none. */
interface ArgumentStep {
  readonly rule: number;
  readonly parent: number;
}

/** From the requests along candidates and requirements; rules of two packages when both have been mentioned. */
function orderAsArgument(state: SolverState, core: readonly number[]): ArgumentStep[] {
  const mentionedBy = new Map<number, number>();
  const waiting = [...core].sort((a, b) => rankOf(state, a) - rankOf(state, b) || a - b);
  const steps: ArgumentStep[] = [];
  while (waiting.length > 0) {
    const subjectsOf = (rule: number): number[] =>
      state.rules.literalsOf(rule).flatMap((literal) => (literal < 0 ? [-literal] : []));
    const at = waiting.findIndex((rule) => subjectsOf(rule).every((subject) => mentionedBy.has(subject)));
    const [rule = 0] = waiting.splice(Math.max(at, 0), 1);
    const parents = subjectsOf(rule).map((subject) => mentionedBy.get(subject) ?? -1);
    steps.push({ rule, parent: Math.max(-1, ...parents) });
    for (const literal of state.rules.literalsOf(rule)) {
      if (literal > 0 && !mentionedBy.has(literal)) {
        mentionedBy.set(literal, steps.length - 1);
      }
    }
  }
  return steps;
}

/** What was asked, then what is installed, then what follows. */
function rankOf({ rules }: SolverState, rule: number): number {
  const ruleClass = rules.classOf(rule);
  return ruleClass === 'job' ? 0 : ruleClass === 'best' ? 1 : ruleClass === 'package' ? 3 : 2;
}

function nest(steps: readonly ArgumentStep[], sentence: (rule: number) => string): ArgumentNode[] {
  const nodes = steps.map(({ rule }) => ({ sentence: sentence(rule), children: [] as ArgumentNode[] }));
  const roots: ArgumentNode[] = [];
  steps.forEach(({ parent }, at) => {
    (nodes[parent]?.children ?? roots).push(nodes[at] as ArgumentNode);
  });
  return roots;
}

function requestsOf({ texts }: PlannedRequest, state: SolverState, core: readonly number[]): string[] {
  const { rules, jobOfRule, bestInfo } = state;
  const jobs = core.flatMap((rule) => {
    const ruleClass = rules.classOf(rule);
    const info = ruleClass === 'best' ? (bestInfo[rule - rules.sections.best.start] as number) : 0;
    const jobRule = ruleClass === 'job' ? rule : info < 0 ? -info : 0;
    return jobRule === 0 ? [] : [jobOfRule[jobRule - rules.sections.job.start] as number];
  });
  return [...new Set(jobs)].sort((a, b) => a - b).flatMap((job) => texts[job] ?? []);
}

interface WaysOutContext {
  readonly core: readonly number[];
  readonly requests: readonly string[];
  readonly isPossible: (request: SolverRequest) => boolean;
}

/** Changes that make the whole request possible; where none does alone, those that undo this problem. */
function findWaysOut(planned: PlannedRequest, state: SolverState, context: WaysOutContext): WayOut[] {
  const { request } = planned;
  const found: WayOut[] = [];
  for (const way of proposals(planned, state, context).slice(0, maxTried)) {
    if (found.length < maxWaysOut && context.isPossible(changed(request, context.requests, way))) {
      found.push(way);
    }
  }
  return found;
}

function proposals(planned: PlannedRequest, state: SolverState, { core, requests }: WaysOutContext): WayOut[] {
  const { pool, view, request } = planned;
  const { rules } = state;
  const classes = new Set(core.map((rule) => rules.classOf(rule)));
  const ways: WayOut[] = [];
  if (classes.has('best') && request.best !== false) {
    ways.push({ advice: 'accept versions that are not the best', change: { kind: 'not-best' } });
  }
  const packages = new Set(core.flatMap((rule) => rules.literalsOf(rule).map(Math.abs)));
  for (const number of packages) {
    if (view.isDisabled(number)) {
      ways.push({
        advice: `allow ${pool.nevra(number)}, which the request rules out`,
        change: { kind: 'allow', id: pool.id(number) },
      });
    }
  }
  if ((classes.has('update') || classes.has('feature')) && request.allowErasing !== true) {
    ways.push({ advice: 'allow installed packages to be erased', change: { kind: 'allow-erasing' } });
  }
  return [
    ...ways,
    ...requests.map((text): WayOut => ({ advice: `leave out ${text}`, change: { kind: 'leave-out', request: text } })),
  ];
}

/** Only the requests of the problem: others may have problems of their own. */
function changed(request: SolverRequest, requests: readonly string[], { change }: WayOut): SolverRequest {
  const concerns = (text: string): boolean => requests.includes(text);
  const own = { ...request, install: request.install.filter(concerns) };
  switch (change.kind) {
    case 'not-best':
      return { ...own, best: false };
    case 'allow-erasing':
      return { ...own, allowErasing: true };
    case 'allow':
      return { ...own, exclude: [], lock: [] };
    case 'leave-out': {
      const stays = (text: string): boolean => text !== change.request;
      return { ...own, install: own.install.filter(stays), erase: (own.erase ?? []).filter(stays) };
    }
  }
}
