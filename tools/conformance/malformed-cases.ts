import { join } from 'node:path';
import { SlipwayError } from '@slipway/core';
import { openPackage, packageMetadata, type RpmPackage, readPayload } from '@slipway/rpm';
import type { Keyring } from '@slipway/trust';
import type { CaseResult } from './case-result.ts';
import { archiveDigest, nevraLine, verificationDifferences } from './package-checks.ts';
import { loadAnswers, type PackageAnswer } from './package-oracle.ts';
import { recordedKeyring } from './recorded-keys.ts';

/**
 * Directories of damaged packages with rpm's `oracle.json`: nothing may be accepted that rpm rejects, in its query, its
 * verification or its unpacking, and every refusal has a code and an offset. Ours may be stricter, as with a tag that is
 * there twice.
 */
export async function* malformedCases(directories: readonly string[]): AsyncGenerator<CaseResult> {
  for (const directory of directories) {
    const answers = loadAnswers(directory);
    const keyring = recordedKeyring(directory, answers);
    for (const answer of answers) {
      yield { name: answer.file, differences: await checkFile(join(directory, answer.file), answer, keyring) };
    }
  }
}

async function checkFile(path: string, answer: PackageAnswer, keyring: Keyring): Promise<readonly string[]> {
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
    ...(await checkVerification(pkg, answer, keyring)),
    ...(await checkPayload(pkg, answer)),
  ];
}

async function checkVerification(pkg: RpmPackage, answer: PackageAnswer, keyring: Keyring): Promise<readonly string[]> {
  const { value = [], problems } = await attempt(() => verificationDifferences(pkg, answer, keyring));
  return [...problems, ...value];
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
