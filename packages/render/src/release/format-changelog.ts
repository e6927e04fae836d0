import { SlipwayError } from '@slipway/core';
import type { ChangelogEntry } from './changelog-entries.ts';
import { changelogItems } from './changelog-items.ts';
import type { ReadBlob } from './history-commit.ts';
import type { NumberedCommit } from './number-history.ts';
import type { SpecVersion } from './spec-version.ts';
import { wrapText } from './wrap-text.ts';

/** The body of `%changelog`: the entries with an empty line between them, as rpmautospec writes it. */
export async function formatChangelog(entries: readonly ChangelogEntry[], readBlob: ReadBlob): Promise<string> {
  const texts: string[] = [];
  for (const entry of entries) {
    texts.push(entry.kind === 'file' ? (await readBlob(entry.blob)).toString('utf8') : formatEntry(entry));
  }
  return `${texts.join('\n\n')}\n`;
}

function formatEntry({ kind, numbered }: Exclude<ChangelogEntry, { kind: 'file' }>): string {
  const { commit } = numbered;
  const items = kind === 'commit' ? changelogItems(commit.message) : ['RPMAUTOSPEC: unresolvable merge'];
  const { name, email } = commit.author;
  const author = `${name} <${email}>`.replaceAll('%', '%%').replace(/\s+/g, ' ');
  const header = `* ${formatDate(numbered)} ${author}${versionText(numbered)}`;
  return [header, ...items.map((item) => wrapText(`- ${item}`))].join('\n');
}

function versionText({ version, release }: NumberedCommit): string {
  return version === undefined ? '' : ` - ${version.epochVersion}-${releaseText(version, release)}`;
}

/**
 * The release without the dist tag: `0.` for a prerelease, the number counted from the base, the parts that `-e` and
 * `-s` give. Throws `RENDER_VERSION_UNDECIDED`.
 */
export function releaseText({ flags, undecidedFlags }: SpecVersion, release: number): string {
  if (undecidedFlags !== undefined) {
    throw new SlipwayError(
      'RENDER_VERSION_UNDECIDED',
      `Cannot tell the release: the arguments of %autorelease depend on ${undecidedFlags}, which the spec does not define`,
      { hint: 'give the macro a value in build.defines of the component', data: { macro: undecidedFlags } },
    );
  }
  return `${flags.prerelease ? '0.' : ''}${release + flags.base - 1}${flags.suffix}`;
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The day of the commit in UTC, in English: `Thu Jan 01 1970`. */
function formatDate({ commit }: NumberedCommit): string {
  const date = new Date(commit.committed * 1000);
  if (Number.isNaN(date.getTime())) {
    throw new SlipwayError('RENDER_HISTORY_INCOMPLETE', `Cannot date the changelog entry of commit ${commit.id}`, {
      hint: 'the time of the commit is no time that a calendar has',
      data: { commit: commit.id },
    });
  }
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${day} ${date.getUTCFullYear()}`;
}
