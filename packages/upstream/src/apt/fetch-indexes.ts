import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, SlipwayError, sha256 } from '@slipway/core';
import { type Paragraph, parseSingleParagraph } from '../debian/control-paragraphs.ts';
import type { AptArchive } from './prepare-apt.ts';
import { aptError, runApt } from './run-apt.ts';

/** The signed state of an archive that a snapshot is taken from. */
export interface ArchiveState {
  readonly suite: string;
  readonly codename: string;
  /** When the archive was signed, seconds since 1970. */
  readonly date: number;
  /** SHA-256 of the signed release file. */
  readonly releaseDigest: Digest;
  /** Present when the index is past its Valid-Until date and was allowed all the same. */
  readonly expired: { readonly since: number; readonly reason: string } | undefined;
}

const releaseLimitBytes = 64 << 20;
const updateTimeoutSeconds = 1800;

/**
 * Brings the signed indexes up to date. `now` is in seconds since 1970. Throws `UPSTREAM_NETWORK`,
 * `UPSTREAM_SIGNATURE`, `UPSTREAM_INDEX_EXPIRED`, `CORE_DISK_FULL`.
 */
export async function fetchIndexes(archive: AptArchive, now: number): Promise<ArchiveState> {
  const result = await runApt('apt-get', ['update', '-q'], {
    ...archive,
    timeoutSeconds: updateTimeoutSeconds,
  });
  if (result.status !== 0 || /^(?:E:|W: Failed to fetch|Err:)/m.test(`${result.stderr}\n${result.stdout}`)) {
    throw aptError('fetch the package index', result);
  }
  return await loadArchiveState(archive, now);
}

/** The state of indexes that were fetched before; errors as `fetchIndexes`. */
export async function loadArchiveState(archive: AptArchive, now: number): Promise<ArchiveState> {
  const bytes = await readRelease(archive);
  const fields = parseRelease(bytes.toString('utf8'));
  const state = {
    suite: fields.get('suite') ?? archive.suite,
    codename: fields.get('codename') ?? archive.suite,
    date: releaseTime(fields, 'date') ?? 0,
    releaseDigest: sha256(bytes),
  };
  return { ...state, expired: checkValidity(releaseTime(fields, 'valid-until'), now, archive) };
}

async function readRelease({ listsDirectory, suite }: AptArchive): Promise<Buffer> {
  const names = await readdir(listsDirectory);
  const name =
    names.find((candidate) => candidate.endsWith(`_dists_${suite}_InRelease`)) ??
    names.find((candidate) => candidate.endsWith(`_dists_${suite}_Release`));
  if (name === undefined) {
    throw new SlipwayError('UPSTREAM_NETWORK', `Cannot find the index of ${suite}: it was not fetched yet`, {
      hint: 'fetch the indexes first; that needs the network',
    });
  }
  const bytes = await readFile(join(listsDirectory, name));
  if (bytes.length > releaseLimitBytes) {
    throw new SlipwayError('UPSTREAM_TOO_LARGE', `Cannot read the release file of ${suite}: ${bytes.length} bytes`);
  }
  return bytes;
}

/** The signed text inside the signature's armour (RFC 9580 section 7); apt has verified it when it was fetched. */
export function parseRelease(text: string): Paragraph {
  const signed = /^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[^\n]+\n)*\n([\s\S]*?)\n-----BEGIN PGP SIGNATURE-----/.exec(
    text,
  );
  return parseSingleParagraph((signed?.[1] ?? text).replace(/^- /gm, ''), 'InRelease');
}

function releaseTime(fields: Paragraph, name: string): number | undefined {
  const text = fields.get(name);
  const milliseconds = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

function checkValidity(validUntil: number | undefined, now: number, archive: AptArchive): ArchiveState['expired'] {
  if (validUntil === undefined || now <= validUntil) {
    return undefined;
  }
  const since = new Date(validUntil * 1000).toISOString();
  if (archive.allowExpired === undefined) {
    throw new SlipwayError(
      'UPSTREAM_INDEX_EXPIRED',
      `Cannot use the index of ${archive.suite}: it expired at ${since}`,
      {
        hint: 'a mirror that is behind or a replay of an old state; use another mirror, or say in the snapshot why it is fine: allow-expired-reason = "…"',
        data: { validUntil, now },
      },
    );
  }
  return { since: validUntil, reason: archive.allowExpired.reason };
}
