import { SlipwayError, type SourcePosition } from '@slipway/core';
import { type Dependency, parseDependency, type Relations } from '@slipway/rpm';
import { type ImportedSpec, selfProvides } from './imported-spec.ts';
import { unescapeMacros } from './spec-text.ts';

type Preamble = Omit<ImportedSpec, 'description' | 'files' | 'changelog'>;

/** Tags with one value. */
const singleTags = new Set(
  'name epoch version release summary license group url vendor packager buildarch exclusivearch autoreq autoprov autoreqprov'.split(
    ' ',
  ),
);
/** Tags that mean something to a build only; overlays may add them, the import does not need them. */
const ignoredTags = /^(source|patch)\d*$|^(bugurl|vcs|buildrequires|prefix)$/;

const relationKinds: Readonly<Record<string, keyof Relations>> = {
  provides: 'provides',
  requires: 'requires',
  conflicts: 'conflicts',
  obsoletes: 'obsoletes',
  recommends: 'recommends',
  suggests: 'suggests',
  supplements: 'supplements',
  enhances: 'enhances',
};

/** `Requires(pre)` and the other scripts: the relation must hold before scripts run. */
const qualifiers = /^(pre|post|preun|postun|pretrans|posttrans|preuntrans|postuntrans|verify|interp|meta)$/;

/** Reads the tags before the first section. */
export class PreambleReader {
  readonly #tags = new Map<string, string>();
  readonly #relations: Record<keyof Relations, Dependency[]> = {
    ...{ provides: [], requires: [], conflicts: [], obsoletes: [] },
    ...{ recommends: [], suggests: [], supplements: [], enhances: [] },
  };

  read(line: string, at: SourcePosition): void {
    if (line.trim() === '' || line.trimStart().startsWith('#')) {
      return;
    }
    const match = /^\s*([A-Za-z0-9]+)(?:\(([^)]*)\))?\s*:\s*(.*?)\s*$/.exec(line);
    const tag = match?.[1]?.toLowerCase() ?? '';
    const value = unescapeMacros(match?.[3] ?? line, at);
    const kind = relationKinds[tag];
    if (kind !== undefined) {
      this.#relations[kind].push(...readRelations(value, match?.[2], at));
    } else if (singleTags.has(tag)) {
      this.#set(tag, value, at);
    } else if (!ignoredTags.test(tag)) {
      throw badSpec(match === null ? 'the line is no tag' : `the tag ${match[1]} is not known`, at);
    }
  }

  finish(at: SourcePosition): Preamble {
    const epoch = this.#tags.get('epoch') ?? '0';
    const head = {
      name: this.#need('name', at),
      evr: { epoch: Number(epoch), version: this.#need('version', at), release: this.#need('release', at) },
      arch: this.#tags.get('buildarch') ?? this.#tags.get('exclusivearch') ?? 'x86_64',
    };
    if (!/^\d{1,9}$/.test(epoch) || !['noarch', 'x86_64'].includes(head.arch)) {
      throw badSpec('the epoch is a number, the architecture noarch or x86_64', at);
    }
    checkNames(head, at);
    const { provides, ...relations } = this.#relations;
    return {
      ...head,
      summary: this.#need('summary', at),
      license: this.#need('license', at),
      ...{ group: this.#optional('group'), url: this.#optional('url') },
      ...{ vendor: this.#optional('vendor'), packager: this.#optional('packager') },
      ...relations,
      provides: [...selfProvides(head), ...provides],
    };
  }

  #set(tag: string, value: string, at: SourcePosition): void {
    if (this.#tags.has(tag)) {
      throw badSpec(`the tag ${tag} comes twice`, at);
    }
    this.#tags.set(tag, value);
  }

  #need(tag: string, at: SourcePosition): string {
    const value = this.#tags.get(tag) ?? '';
    if (value === '') {
      throw badSpec(`the tag ${tag} is missing`, at);
    }
    return value;
  }

  #optional(tag: string): string {
    return this.#tags.get(tag) ?? '';
  }
}

/** rpm-version(7) and rpmbuild's rule for names. */
function checkNames({ name, evr }: Pick<Preamble, 'name' | 'evr'>, at: SourcePosition): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(name) || !/^[A-Za-z0-9._+~^]+$/.test(`${evr.version}${evr.release}`)) {
    throw badSpec('names have letters, digits and ._+-, versions and releases letters, digits and ._+~^', at);
  }
}

/** Relations are separated by commas or blanks; blanks also stand inside `name >= version` and `(a or b)`. */
function readRelations(value: string, qualifier: string | undefined, at: SourcePosition): Dependency[] {
  const named = (qualifier ?? '').split(',').map((part) => part.trim());
  if (qualifier !== undefined && !named.every((part) => qualifiers.test(part))) {
    throw badSpec(`(${qualifier}) is not a qualifier of relations`, at);
  }
  const pre = named.some((part) => part !== '' && part !== 'meta');
  return splitRelations(value).map((text) => ({ ...readRelation(text, at), ...(pre ? { pre } : {}) }));
}

function readRelation(text: string, at: SourcePosition): Dependency {
  try {
    return parseDependency(text);
  } catch (cause) {
    throw new SlipwayError('UPSTREAM_BAD_SPEC', `Cannot read the relation ${text.slice(0, 200)}`, { at, cause });
  }
}

function splitRelations(value: string): string[] {
  const relations: string[] = [];
  let depth = 0;
  let wantsMore = false;
  for (const word of value.split(/([\s,]+)/)) {
    if (/^[\s,]*$/.test(word)) {
      wantsMore = wantsMore && !word.includes(',');
      continue;
    }
    const isOperator = /^[<>=]+$/.test(word);
    const joins = depth > 0 || isOperator || wantsMore;
    const last = relations.length - 1;
    if (joins && last >= 0) {
      relations[last] += ` ${word}`;
    } else {
      relations.push(word);
    }
    depth += word.split('(').length - word.split(')').length;
    wantsMore = isOperator;
  }
  return relations;
}

function badSpec(reason: string, at: SourcePosition): SlipwayError {
  return new SlipwayError('UPSTREAM_BAD_SPEC', `Cannot read the imported spec: ${reason}`, { at });
}
