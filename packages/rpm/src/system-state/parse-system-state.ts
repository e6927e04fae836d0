import { SlipwayError } from '@slipway/core';
import { parse, TomlError } from 'smol-toml';
import { reasonWords } from './format-system-state.ts';
import { emptySystemState, type GroupMemberType, type GroupState, type SystemState } from './system-state.ts';

/** A system with 100,000 packages has 10 MB. */
const maxTextLength = 64 * 1024 * 1024;
/** `groups.<id>.packages[…]` is the deepest that the format has. */
const maxDepth = 8;

type Table = Readonly<Record<string, unknown>>;
type OwnReason = keyof typeof reasonWords;

const reasonsByWord: ReadonlyMap<string, OwnReason> = new Map(
  Object.entries(reasonWords).map(([reason, word]) => [word, reason as OwnReason]),
);
/** libdnf5 reads these too, and takes them for nothing that is known. */
const emptyWords: readonly string[] = ['None', 'Clean'];
const memberTypes: readonly string[] = ['mandatory', 'default', 'conditional', 'optional'];

/**
 * Reads the files of a system state by their names; files that are not there say nothing, as for dnf5. Throws
 * `RPM_BAD_SYSTEM_STATE` for what dnf5 would not read, `CORE_LIMIT`.
 */
export function parseSystemState(files: ReadonlyMap<string, string>): SystemState {
  const tableOf = (name: string) => {
    const file = `${name}.toml`;
    const source = files.get(file);
    return source === undefined ? undefined : new StateFile(file, source, name);
  };
  return {
    reasons: parseReasons(tableOf('packages')),
    repositories: new Map(
      tableOf('nevras')
        ?.tables()
        .flatMap(([nevra, table, file]) => {
          const id = file.optionalText(table, 'from_repo');
          return id === undefined ? [] : [[nevra, id] as const];
        }),
    ),
    groups: new Map(
      tableOf('groups')
        ?.tables()
        .map(([id, table, file]) => [id, parseGroup(table, file)]),
    ),
    environments: new Map(
      tableOf('environments')
        ?.tables()
        .map(([id, table, file]) => [id, file.texts(table, 'groups')]),
    ),
    rpmdbCookie: tableOf('system')?.rootText('rpmdb_cookie') ?? emptySystemState.rpmdbCookie,
  };
}

function parseReasons(file: StateFile | undefined): Map<string, OwnReason> {
  const reasons = new Map<string, OwnReason>();
  for (const [name, table, own] of file?.tables() ?? []) {
    const word = own.optionalText(table, 'reason') ?? '';
    const reason = reasonsByWord.get(word);
    if (reason !== undefined) {
      reasons.set(name, reason);
    } else if (!emptyWords.includes(word)) {
      throw own.bad(`"${word.slice(0, 80)}" is no reason`);
    }
  }
  return reasons;
}

function parseGroup(table: Table, file: StateFile): GroupState {
  const types = file.texts(table, 'package_types');
  const unknown = types.find((type) => !memberTypes.includes(type));
  if (unknown !== undefined || typeof table.userinstalled !== 'boolean') {
    throw file.bad(
      unknown === undefined ? 'a group lacks userinstalled' : `"${unknown.slice(0, 80)}" is no type of members`,
    );
  }
  return {
    userInstalled: table.userinstalled,
    memberTypes: types as GroupMemberType[],
    packages: file.texts(table, 'packages'),
  };
}

/** One file: a version and one table. */
class StateFile {
  readonly #file: string;
  readonly #root: Table;

  constructor(file: string, source: string, name: string) {
    this.#file = file;
    if (source.length > maxTextLength) {
      throw new SlipwayError('CORE_LIMIT', `Cannot read ${file}: it is longer than ${maxTextLength} characters`);
    }
    const document = this.#parse(source);
    this.#checkVersion(document.version);
    this.#root = this.#asTable(document[name]);
  }

  tables(): (readonly [key: string, table: Table, file: StateFile])[] {
    return Object.entries(this.#root).map(([key, value]) => [key, this.#asTable(value), this] as const);
  }

  rootText(key: string): string | undefined {
    return this.optionalText(this.#root, key);
  }

  optionalText(table: Table, key: string): string | undefined {
    const value = table[key];
    if (value !== undefined && typeof value !== 'string') {
      throw this.bad(`${key} is no text`);
    }
    return value;
  }

  texts(table: Table, key: string): string[] {
    const values: unknown = table[key] ?? [];
    if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) {
      throw this.bad(`${key} is no list of texts`);
    }
    return values;
  }

  bad(why: string, cause?: unknown): SlipwayError {
    return new SlipwayError('RPM_BAD_SYSTEM_STATE', `Cannot read ${this.#file} of dnf5's system state: ${why}`, {
      hint: 'remove the file: dnf5 then takes every package for one that was asked for',
      at: { file: this.#file },
      cause,
    });
  }

  #parse(source: string): Table {
    try {
      return parse(source, { maxDepth });
    } catch (cause) {
      const why = cause instanceof TomlError ? `line ${cause.line}: ${cause.message.split('\n', 1)[0]}` : String(cause);
      throw this.bad(why, cause);
    }
  }

  #checkVersion(version: unknown): void {
    const [major, minor] = typeof version === 'string' ? version.split('.').map(Number) : [];
    if (major !== 1 || minor !== 0) {
      throw this.bad(`its version is ${JSON.stringify(version) ?? 'missing'}, not 1.0`);
    }
  }

  #asTable(value: unknown): Table {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date) {
      throw this.bad('a table is missing or is something else');
    }
    return value as Table;
  }
}
