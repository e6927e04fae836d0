import { parseDependency } from '../dependency.ts';
import { formatEvr } from '../evr.ts';
import { type HeaderEntry, int32Entry, stringArrayEntry, stringEntry } from '../header/header-entry.ts';
import {
  defaultPriority,
  optionBits,
  type PlainScriptletKind,
  scriptletTags,
  type TriggerTags,
  triggerEventBits,
  triggerTags,
} from '../metadata/scriptlets.ts';
import type { Scriptlet } from '../package-metadata.ts';
import { comparisonToBits } from '../sense.ts';
import { type PackageInput, unwritable } from './package-input.ts';
import { type RawRelation, rawRelationEntries } from './relation-entries.ts';

/** The entries of all scriptlets and triggers; at most one scriptlet of each plain kind. Throws `RPM_UNWRITABLE`. */
export function scriptletEntries(input: PackageInput): HeaderEntry[] {
  const isPlain = ({ kind }: Scriptlet) => Object.hasOwn(scriptletTags, kind);
  const plain = input.scriptlets.filter(isPlain);
  const triggers = input.scriptlets.filter((scriptlet) => !isPlain(scriptlet));
  if (new Set(plain.map(({ kind }) => kind)).size < plain.length) {
    throw unwritable(input, 'it has two scriptlets of the same kind');
  }
  return [
    ...plain.flatMap(plainEntries),
    ...triggerTags.flatMap((tags) => {
      const own = triggers.filter(({ kind }) => kind === tags.kind);
      return own.length === 0 ? [] : triggerEntries(input, tags, own);
    }),
  ];
}

/** One word as a string, several as an array: older rpm does not know the array. */
function plainEntries(scriptlet: Scriptlet): HeaderEntry[] {
  const { kind, interpreter, body } = scriptlet;
  const tags = scriptletTags[kind as PlainScriptletKind];
  const [program, ...rest] = interpreter;
  return [
    ...(body === '' ? [] : [stringEntry(tags.body, body)]),
    ...(program === undefined
      ? []
      : [rest.length === 0 ? stringEntry(tags.interpreter, program) : stringArrayEntry(tags.interpreter, interpreter)]),
    ...(optionFlags(scriptlet) === 0 ? [] : [int32Entry(tags.flags, [optionFlags(scriptlet)])]),
  ];
}

function triggerEntries(input: PackageInput, tags: TriggerTags, triggers: readonly Scriptlet[]): HeaderEntry[] {
  const conditions = triggers.flatMap((trigger, script) =>
    trigger.conditions.map((text) => ({ script, raw: toCondition(input, trigger, text) })),
  );
  if (triggers.some((trigger) => trigger.conditions.length === 0 || trigger.interpreter.length !== 1)) {
    throw unwritable(input, 'a trigger lacks conditions, or has not exactly one word as its interpreter');
  }
  return [
    stringArrayEntry(
      tags.body,
      triggers.map(({ body }) => body),
    ),
    stringArrayEntry(
      tags.interpreter,
      triggers.map(({ interpreter }) => interpreter[0] as string),
    ),
    ...(triggers.some((trigger) => optionFlags(trigger) !== 0)
      ? [int32Entry(tags.flags, triggers.map(optionFlags))]
      : []),
    int32Entry(
      tags.index,
      conditions.map(({ script }) => script),
    ),
    ...rawRelationEntries(
      tags.conditions,
      conditions.map(({ raw }) => raw),
    ),
    ...(tags.priorities === undefined
      ? []
      : [
          int32Entry(
            tags.priorities,
            triggers.map(({ priority }) => priority ?? defaultPriority),
          ),
        ]),
  ];
}

function optionFlags({ options = [] }: Scriptlet): number {
  return options.reduce((flags, option) => flags | optionBits[option], 0);
}

function toCondition(input: PackageInput, { event, kind }: Scriptlet, text: string): RawRelation {
  if (event === undefined || (kind !== 'trigger' && !text.startsWith('/'))) {
    throw unwritable(input, `its ${kind} on "${text}" has no event, or watches no absolute path`);
  }
  if (kind !== 'trigger') {
    return { name: text, flags: triggerEventBits[event], version: '' };
  }
  const { name, comparison, evr } = parseDependency(text);
  const range = comparison === undefined ? 0 : comparisonToBits(comparison);
  return { name, flags: triggerEventBits[event] | range, version: evr === undefined ? '' : formatEvr(evr) };
}
