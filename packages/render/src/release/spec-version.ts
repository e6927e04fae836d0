import { SlipwayError } from '@slipway/core';
import { parseSpec } from '@slipway/spec';
import type { MacroFunction } from '../spec-macros/builtin-macros.ts';
import { type KnownMacros, type SpecStatement, walkSpec } from '../spec-macros/walk-spec.ts';

/** What the arguments of `%autorelease` add to the number (rpmautospec, "The %autorelease Macro"). */
export interface AutoreleaseFlags {
  readonly prerelease: boolean;
  /** `-b`: the number of the first release. */
  readonly base: number;
  /** `-e` and `-s`, with their dots. */
  readonly suffix: string;
}

/** What counting releases needs to know of one version of a spec. */
export interface SpecVersion {
  /** `epoch:version`, or the version. */
  readonly epochVersion: string;
  readonly flags: AutoreleaseFlags;
  /** The macro that the arguments of `%autorelease` depend on, when the spec does not tell its value. */
  readonly undecidedFlags?: string;
}

const noFlags: AutoreleaseFlags = { prerelease: false, base: 1, suffix: '' };

export interface VersionPlace {
  /** Name of the spec file, for errors. */
  readonly file: string;
  readonly commit: string;
  readonly macros?: KnownMacros;
}

/**
 * Reads the version from the preamble of a spec. Undefined when rpm would refuse the spec: there is no version, or one
 * with characters that no version has. Throws `RENDER_VERSION_UNDECIDED` when it depends on what the spec does not tell.
 */
export function readSpecVersion(bytes: Buffer, place: VersionPlace): SpecVersion | undefined {
  const statements = walkSpec(parseSpec(bytes.subarray(0, startOfPrep(bytes))), {
    functions: new Map([['autorelease', formatFlags]]),
    ...(place.macros === undefined ? {} : { macros: place.macros }),
  }).filter(({ section }) => section === 'preamble');
  const version = pickTag('version', statements, place);
  if (version === undefined || !/^[A-Za-z0-9._+~^]+$/.test(version.value)) {
    return undefined;
  }
  const epoch = pickTag('epoch', statements, place);
  const release = statements.findLast(
    ({ kind, name, branch }) => kind === 'tag' && name === 'release' && branch !== 'skipped',
  );
  return {
    epochVersion: epoch === undefined ? version.value : `${epoch.value}:${version.value}`,
    ...parseFlags(release),
  };
}

/** Everything that decides a version stands before `%prep`; the rest of a spec is not worth reading. */
function startOfPrep(bytes: Buffer): number {
  for (let at = bytes.indexOf('%prep'); at >= 0; at = bytes.indexOf('%prep', at + 1)) {
    const start = bytes.lastIndexOf('\n', at) + 1;
    const end = bytes.indexOf('\n', at);
    if (bytes.toString('latin1', start, end < 0 ? undefined : end).trim() === '%prep') {
      return start;
    }
  }
  return bytes.length;
}

/** The one that holds, among those of all branches of conditionals. */
function pickTag(tag: string, statements: readonly SpecStatement[], place: VersionPlace): SpecStatement | undefined {
  const live = statements.filter(({ branch }) => branch !== 'skipped');
  const possible = live.filter(({ kind, name }) => kind === 'tag' && name === tag);
  const last = possible.at(-1);
  if (last === undefined) {
    const hidden = live.find(({ kind, value }) => kind === 'generated' && mayHold(tag, value));
    if (hidden !== undefined) {
      throw undecided(tag, hidden, place);
    }
    return undefined;
  }
  const isMandatory = tag === 'version';
  const agreed = isMandatory && possible.every(({ value }) => value === last.value);
  if (last.undecided !== undefined || !(last.branch === 'taken' || agreed)) {
    throw undecided(tag, last, place);
  }
  return last;
}

/** Whether what rpm makes of a line may be the tag. */
function mayHold(tag: string, line: string): boolean {
  return line.startsWith('%include') || line.toLowerCase().includes(tag);
}

function undecided(name: string, statement: SpecStatement, { file, commit }: VersionPlace): SlipwayError {
  const macro = statement.undecided ?? statement.cause ?? '';
  return new SlipwayError(
    'RENDER_VERSION_UNDECIDED',
    `Cannot tell the ${name} in ${file} at commit ${commit.slice(0, 12)}: it depends on ${macroText(macro)}, ` +
      'which the spec does not define',
    {
      hint: isName(macro) ? namedHint : unnamedHint,
      at: { file, line: statement.line },
      data: { commit, macro, tag: name },
    },
  );
}

const namedHint = 'give the macro a value in build.defines of the component';
const unnamedHint =
  'write the Release tag and the changelog with overlays, without %autorelease and %autochangelog, and set release.calculation = "manual"';

function isName(macro: string): boolean {
  return /^\w+$/.test(macro);
}

function macroText(macro: string): string {
  return isName(macro) ? `%{${macro}}` : macro;
}

/** What the macro expands to while a spec is only read: `E<extraver>_S<snapinfo>_P<0 or 1>_B<base>`. */
const formatFlags: MacroFunction = (args) => {
  const values: Record<string, string> = {};
  const words = args.trim().split(/\s+/);
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    const [, plain = '', option, attached] = /^-([pn]*)(?:([esb])(.*))?$/.exec(word) ?? [];
    values.p = plain.includes('p') ? '1' : (values.p ?? '0');
    if (option !== undefined) {
      values[option] = attached === '' || attached === undefined ? (words[++index] ?? '') : attached;
    }
  }
  return `E${values.e ?? ''}_S${values.s ?? ''}_P${values.p ?? '0'}_B${values.b ?? ''}`;
};

function parseFlags(release: SpecStatement | undefined): Pick<SpecVersion, 'flags' | 'undecidedFlags'> {
  const value = release?.value ?? '';
  if (release?.undecided !== undefined && value.includes('_S')) {
    return { flags: noFlags, undecidedFlags: release.undecided };
  }
  const [, extra, snapshot, prerelease, base] = /^E([^_]*)_S([^_]*)_P([01])_B([0-9]{0,9})$/.exec(value) ?? [];
  return {
    flags: {
      prerelease: prerelease === '1',
      base: base === undefined || base === '' ? 1 : Number(base),
      suffix: [extra, snapshot].map((part) => (part === undefined || part === '' ? '' : `.${part}`)).join(''),
    },
  };
}
