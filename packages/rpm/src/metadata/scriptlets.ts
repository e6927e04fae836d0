import { formatDependency } from '../format-dependency.ts';
import type { Header } from '../header/header.ts';
import { tag } from '../header/tags.ts';
import type { Dependency, Scriptlet, ScriptletKind, ScriptletOption, TriggerEvent } from '../package-metadata.ts';
import { sense } from '../sense.ts';
import { type RelationTags, readRelation } from './relations.ts';

/** Tags of a scriptlet that a package has at most one of. */
export interface ScriptletTags {
  readonly body: number;
  readonly interpreter: number;
  readonly flags: number;
}

export type PlainScriptletKind = Exclude<ScriptletKind, 'trigger' | 'file-trigger' | 'transaction-file-trigger'>;

export const scriptletTags: Readonly<Record<PlainScriptletKind, ScriptletTags>> = {
  pretrans: { body: tag.preTrans, interpreter: tag.preTransProg, flags: tag.preTransFlags },
  pre: { body: tag.preIn, interpreter: tag.preInProg, flags: tag.preInFlags },
  post: { body: tag.postIn, interpreter: tag.postInProg, flags: tag.postInFlags },
  preun: { body: tag.preUn, interpreter: tag.preUnProg, flags: tag.preUnFlags },
  postun: { body: tag.postUn, interpreter: tag.postUnProg, flags: tag.postUnFlags },
  posttrans: { body: tag.postTrans, interpreter: tag.postTransProg, flags: tag.postTransFlags },
  preuntrans: { body: tag.preUnTrans, interpreter: tag.preUnTransProg, flags: tag.preUnTransFlags },
  postuntrans: { body: tag.postUnTrans, interpreter: tag.postUnTransProg, flags: tag.postUnTransFlags },
  verify: { body: tag.verifyScript, interpreter: tag.verifyScriptProg, flags: tag.verifyScriptFlags },
};

export type TriggerKind = Exclude<ScriptletKind, PlainScriptletKind>;

export interface TriggerTags {
  readonly kind: TriggerKind;
  readonly body: number;
  readonly interpreter: number;
  readonly flags: number;
  readonly index: number;
  readonly conditions: RelationTags;
  /** Undefined for triggers that have no order. */
  readonly priorities: number | undefined;
}

export const triggerTags: readonly TriggerTags[] = [
  {
    kind: 'trigger',
    body: tag.triggerScripts,
    interpreter: tag.triggerScriptProg,
    flags: tag.triggerScriptFlags,
    index: tag.triggerIndex,
    conditions: { name: tag.triggerName, flags: tag.triggerFlags, version: tag.triggerVersion },
    priorities: undefined,
  },
  {
    kind: 'file-trigger',
    body: tag.fileTriggerScripts,
    interpreter: tag.fileTriggerScriptProg,
    flags: tag.fileTriggerScriptFlags,
    index: tag.fileTriggerIndex,
    conditions: { name: tag.fileTriggerName, flags: tag.fileTriggerFlags, version: tag.fileTriggerVersion },
    priorities: tag.fileTriggerPriorities,
  },
  {
    kind: 'transaction-file-trigger',
    body: tag.transFileTriggerScripts,
    interpreter: tag.transFileTriggerScriptProg,
    flags: tag.transFileTriggerScriptFlags,
    index: tag.transFileTriggerIndex,
    conditions: {
      name: tag.transFileTriggerName,
      flags: tag.transFileTriggerFlags,
      version: tag.transFileTriggerVersion,
    },
    priorities: tag.transFileTriggerPriorities,
  },
];

const defaultInterpreter: readonly string[] = ['/bin/sh'];

/** All scriptlets: the plain ones in the order in which a transaction runs them, then triggers in header order. */
export function readScriptlets(header: Header): Scriptlet[] {
  const kinds = Object.keys(scriptletTags) as PlainScriptletKind[];
  const plain = kinds.map((kind) => readPlain(header, kind)).filter((scriptlet) => scriptlet !== undefined);
  return [...plain, ...triggerTags.flatMap((tags) => readTriggers(header, tags))];
}

/** A scriptlet may be a program without a body (`%post -p /sbin/ldconfig`). */
function readPlain(header: Header, kind: PlainScriptletKind): Scriptlet | undefined {
  const tags = scriptletTags[kind];
  const body = header.string(tags.body);
  const interpreter = header.strings(tags.interpreter);
  if (body === undefined && interpreter.length === 0) {
    return undefined;
  }
  const program = interpreter.length === 0 ? defaultInterpreter : interpreter;
  const options = readOptions(header.number(tags.flags) ?? 0);
  return { kind, interpreter: program, body: body ?? '', conditions: [], ...options };
}

export const triggerEventBits: Readonly<Record<TriggerEvent, number>> = {
  prein: sense.triggerPrein,
  in: sense.triggerIn,
  un: sense.triggerUn,
  postun: sense.triggerPostun,
};

function readTriggers(header: Header, tags: TriggerTags): Scriptlet[] {
  const bodies = header.strings(tags.body);
  const programs = header.strings(tags.interpreter);
  const conditions = readRelation(header, tags.conditions);
  const scripts = header.numbers(tags.index);
  const flags = header.numbers(tags.flags);
  const priorities = tags.priorities === undefined ? [] : header.numbers(tags.priorities);
  if (scripts.length !== conditions.length || scripts.some((script) => script >= bodies.length)) {
    throw header.invalid(tags.index, 'it names scripts that are not there');
  }
  const conditionsOf = bodies.map((): Dependency[] => []);
  scripts.forEach((script, i) => {
    conditionsOf[script]?.push(conditions[i] as Dependency);
  });
  return bodies.map((body, i) => {
    const own = conditionsOf[i] as Dependency[];
    const event = eventOf(own[0]?.senseBits ?? 0);
    const interpreter = programs[i] === undefined ? defaultInterpreter : [programs[i]];
    const priority = priorities[i] ?? defaultPriority;
    return {
      kind: tags.kind,
      interpreter,
      body,
      conditions: own.map(formatDependency),
      ...(event === undefined ? {} : { event }),
      ...(priority === defaultPriority ? {} : { priority }),
      ...readOptions(flags[i] ?? 0),
    };
  });
}

/** RPMSCRIPT_FLAG_* bits (rpmtypes.h). */
export const optionBits: Readonly<Record<ScriptletOption, number>> = { expand: 1, 'query-format': 2, critical: 4 };

function readOptions(flags: number): Pick<Scriptlet, 'options'> {
  const names = Object.keys(optionBits) as ScriptletOption[];
  const options = names.filter((name) => (flags & optionBits[name]) !== 0);
  return options.length === 0 ? {} : { options };
}

/** What rpmbuild gives file triggers that name no priority. */
export const defaultPriority = 1_000_000;

function eventOf(senseBits: number): TriggerEvent | undefined {
  const events = Object.keys(triggerEventBits) as TriggerEvent[];
  return events.find((event) => (senseBits & triggerEventBits[event]) !== 0);
}
