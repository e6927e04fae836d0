import { join } from 'node:path';
import { SlipwayError } from '@slipway/core';
import { openPackage, packageMetadata, type RpmPackage, readPayload } from '@slipway/rpm';
import type { CaseResult } from './case-result.ts';
import { archiveDigest, nevraLine, verifyPackage } from './package-checks.ts';
import { loadAnswers, type PackageAnswer } from './package-oracle.ts';
import { isDigestLine } from './recorded-signatures.ts';

/**
 * Directories of damaged packages with rpm's `oracle.json`: nothing may be accepted that rpm rejects, in its query, its
 * verification or its unpacking, and every refusal has a code and an offset. Ours may be stricter, as with a tag that is
 * there twice.
 */
export async function* malformedCases(directories: readonly string[]): AsyncGenerator<CaseResult> {
  for (const directory of directories) {
    for (const answer of loadAnswers(directory)) {
      yield { name: answer.file, differences: await checkFile(join(directory, answer.file), answer) };
    }
  }
}

async function checkFile(path: string, answer: PackageAnswer): Promise<readonly string[]> {
  const opened = await attempt(async () => {
    const pkg = await openPackage(path);
    packageMetadata(pkg.header, pkg.signature);
    return pkg;
  });
  if (opened.value === undefined) {
    return opened.problems;
  }
  if (answer.query_rc !== 0) {
    return ['the query succeeds, rpm refuses it'];
  }
  const pkg = opened.value;
  const [nevra = ''] = nevraLine(pkg).split('|');
  return [
    ...(nevra === answer.nevra ? [] : [`NEVRA: expected ${answer.nevra}, got ${nevra}`]),
    ...(await checkVerification(pkg, answer)),
    ...(await checkPayload(pkg, answer)),
  ];
}

async function checkVerification(pkg: RpmPackage, answer: PackageAnswer): Promise<string[]> {
  const { value, problems } = await attempt(() => verifyPackage(pkg, answer.checksig));
  const { lines = [], holds = false } = value ?? {};
  const [ours, theirs] = [lines, answer.checksig].map((each) => each.filter(isDigestLine).join('\n'));
  return [
    ...problems,
    ...(ours === theirs ? [] : [`digests: expected ${JSON.stringify(theirs)}, got ${JSON.stringify(ours)}`]),
    ...(holds === (answer.checksig_rc === 0) ? [] : [`verification: ours ${holds ? 'succeeds' : 'fails'}`]),
  ];
}

/** Ours may be stricter: it compares the archive with the header, and suffers no bytes after the archive's end. */
async function checkPayload(pkg: RpmPackage, answer: PackageAnswer): Promise<string[]> {
  const archive = await attempt(() => archiveDigest(pkg));
  const members = await attempt(async () => {
    for await (const { content } of readPayload(pkg, { payloadDigest: false })) {
      for await (const _ of content);
    }
    return true;
  });
  const problems = [...archive.problems, ...members.problems];
  if (answer.cpio_rc !== 0) {
    const isAccepted = archive.value !== undefined || members.value !== undefined;
    return isAccepted ? [...problems, 'the payload is read, rpm refuses it'] : problems;
  }
  const isSame = archive.value === undefined || archive.value === answer.cpio_sha256;
  return isSame ? problems : [...problems, `payload: expected ${answer.cpio_sha256}, got ${archive.value}`];
}

interface Attempt<T> {
  readonly value?: T;
  /** What a refusal lacks. */
  readonly problems: readonly string[];
}

async function attempt<T>(action: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await action(), problems: [] };
  } catch (error) {
    if (!(error instanceof SlipwayError)) {
      return { problems: [`it fails with ${String(error)}`] };
    }
    const hasOffset = error.at?.offset !== undefined;
    return { problems: hasOffset ? [] : [`${error.code} has no offset: ${error.message}`] };
  }
}
