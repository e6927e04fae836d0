import { SlipwayError } from '@slipway/core';
import { formatSpec, parseSpec, type SpecText } from '@slipway/spec';
import type { KnownMacros } from '../spec-macros/walk-spec.ts';
import { type AutospecFeatures, autospecFeatures } from './autospec-features.ts';
import { changelogEntries } from './changelog-entries.ts';
import { formatChangelog } from './format-changelog.ts';
import type { HistoryCommit, ReadBlob } from './history-commit.ts';
import { type NumberedCommit, numberHistory } from './number-history.ts';
import { readSpecVersion, type SpecVersion } from './spec-version.ts';
import { renderedBlob } from './synthetic-history.ts';

export interface AutospecInput {
  /** The spec after the overlays: what the history's newest commit has as `renderedBlob`. */
  readonly spec: SpecText;
  /** Name of the spec file, for errors. */
  readonly specName: string;
  /** Children before parents; from `combineHistory`, or as the dist-git repository has it. */
  readonly history: readonly HistoryCommit[];
  readonly readBlob: ReadBlob;
  /** Those of the macros file, and what is known of the distribution that specs are evaluated on. */
  readonly macros?: KnownMacros;
  /** Which program says that it wrote the block. */
  readonly tool: string;
}

export interface AutospecResult {
  readonly spec: SpecText;
  /** What `%autorelease` is without `-b`; undefined when the spec uses neither macro. */
  readonly release: number | undefined;
}

/**
 * Puts the release number and the changelog that the history gives into a spec, as `rpmautospec process-distgit` does
 * (overlays.md 3.5): a spec without `%autorelease` and `%autochangelog` stays as it is, one without `%changelog` gets
 * one. Throws `RENDER_VERSION_UNDECIDED`, `RENDER_HISTORY_INCOMPLETE`, `CORE_LIMIT`.
 */
export async function expandAutospec(input: AutospecInput): Promise<AutospecResult> {
  const { spec, history } = input;
  const features = autospecFeatures(spec);
  if (features.processed || !(features.autorelease || features.autochangelog)) {
    return { spec, release: undefined };
  }
  const head = newestOf(history, input.specName);
  const readBlob: ReadBlob = async (id) => (id === renderedBlob ? formatSpec(spec) : input.readBlob(id));
  const versionAt = versionReader(input, readBlob);
  const numbered = await numberHistory(history, versionAt, { changelog: features.autochangelog });
  const { release } = readableHead(numbered.get(head.id), input.specName);
  const changelog = features.autochangelog
    ? await formatChangelog(changelogEntries(head.id, numbered), readBlob)
    : undefined;
  const text = startBlock(features, { release, tool: input.tool }) + withChangelog(spec.text, features, changelog);
  return { spec: { text }, release };
}

function newestOf([head]: readonly HistoryCommit[], specName: string): HistoryCommit {
  if (head === undefined) {
    throw new SlipwayError(
      'RENDER_HISTORY_INCOMPLETE',
      `Cannot count the releases of ${specName}: there is no history`,
      {
        hint: 'commit the component, or write its Release tag and changelog without %autorelease and %autochangelog',
        at: { file: specName },
      },
    );
  }
  return head;
}

function readableHead(head: NumberedCommit | undefined, specName: string): NumberedCommit {
  if (head?.version === undefined) {
    throw new SlipwayError('RENDER_VERSION_UNDECIDED', `Cannot count the release of ${specName}: it has no version`, {
      hint: 'look for a Version tag that rpm accepts: letters, digits and ".", "_", "+", "~", "^"',
      at: { file: specName },
    });
  }
  return head;
}

/** Reads the version of each blob once: most commits leave the spec as it was. */
export function versionReader(
  { specName, macros }: Pick<AutospecInput, 'specName' | 'macros'>,
  readBlob: ReadBlob,
): (commit: HistoryCommit) => Promise<SpecVersion | undefined> {
  const versions = new Map<string, SpecVersion | undefined>();
  return async ({ id, spec }) => {
    if (spec !== undefined && !versions.has(spec)) {
      const place = { file: specName, commit: id, ...(macros === undefined ? {} : { macros }) };
      versions.set(spec, readSpecVersion(await readBlob(spec), place));
    }
    return spec === undefined ? undefined : versions.get(spec);
  };
}

function startBlock(features: AutospecFeatures, { release, tool }: { release: number; tool: string }): string {
  const used = [features.autorelease ? 'autorelease' : '', features.autochangelog ? 'autochangelog' : ''];
  return [
    '## START: Set by rpmautospec',
    `## (computed by ${tool})`,
    `## RPMAUTOSPEC: ${used.filter((name) => name !== '').join(', ')}`,
    ...(features.autorelease ? [autoreleaseMacro(release)] : []),
    '## END: Set by rpmautospec',
    '',
    '',
  ].join('\n');
}

/** The macro takes the options that Fedora's has: -e, -s, -b with a value; -p for prereleases, -n for no dist tag. */
function autoreleaseMacro(release: number): string {
  return `%define autorelease(e:s:pb:n) %{?-p:0.}%{lua:
    local function release_number(base)
        return ${release} + base - 1
    end
    print(release_number(tonumber(rpm.expand("%{?-b*}%{!?-b:1}"))))
}%{?-e:.%{-e*}}%{?-s:.%{-s*}}%{!?-n:%{?dist}}`;
}

/** The text up to the header of the changelog, and the changelog in place of what followed. */
function withChangelog(text: string, features: AutospecFeatures, changelog: string | undefined): string {
  if (changelog === undefined) {
    return text;
  }
  const { changelogLine, autochangelogLine } = features;
  const lines = text.split('\n');
  const kept = lines.slice(0, changelogLine === undefined ? autochangelogLine : changelogLine + 1).join('\n');
  const block = `## START: Generated by rpmautospec\n${changelog}## END: Generated by rpmautospec\n`;
  const header = changelogLine === undefined ? '%changelog\n' : '';
  const separator = autochangelogLine === undefined ? '\n' : kept === '' ? '' : '\n';
  return kept + separator + header + parseSpec(Buffer.from(block)).text;
}
