import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Digest,
  fileError,
  hasErrno,
  type ProgramResult,
  SlipwayError,
  type Store,
  type StoredObject,
} from '@slipway/core';
import { formatBuildMacros } from './build-macros.ts';
import { runInSandbox, type Sandbox } from './sandbox.ts';

export interface BuildSource {
  /** Name in SOURCES, as the spec's Source and Patch tags have it. */
  readonly name: string;
  readonly content:
    | { readonly kind: 'stored'; readonly digest: Digest }
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array };
}

export interface BuildRequest {
  readonly component: string;
  /** The rendered spec. */
  readonly spec: Uint8Array;
  readonly sources: readonly BuildSource[];
  /** Directory with the build root, complete; it is not changed. */
  readonly root: string;
  /** Scratch directory of this build; it is emptied first and removed after success. */
  readonly workDirectory: string;
  readonly logFile: string;
  readonly macros: Readonly<Record<string, string>>;
  /** SOURCE_DATE_EPOCH, seconds since 1970. */
  readonly sourceDateEpoch: number;
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly timeoutSeconds?: number;
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
}

export interface BuiltPackage extends StoredObject {
  /** File name as rpmbuild gave it: `name-version-release.arch.rpm`. */
  readonly fileName: string;
}

const defaultTimeoutSeconds = 3600;
const shownLogLines = 20;
const longestSpec = 16 << 20;

/**
 * Runs the real `rpmbuild -bb` on a rendered spec inside the sandbox; the binary packages enter the store, sorted by
 * file name. The log stays at `logFile`. Throws BUILD_FAILED with the last lines of the log.
 */
export async function buildComponent(request: BuildRequest): Promise<BuiltPackage[]> {
  if (request.spec.length > longestSpec) {
    throw new SlipwayError(
      'CORE_LIMIT',
      `Cannot build ${request.component}: its spec has more than ${longestSpec} bytes`,
    );
  }
  await prepare(request);
  const result = await runInSandbox({
    sandbox: request.sandbox,
    root: request.root,
    top: request.workDirectory,
    command: ['/usr/bin/rpmbuild', '-bb', '--nodeps', '--noclean', `/build/SPECS/${request.component}.spec`],
    env: buildEnvironment(request.sourceDateEpoch),
    logFile: request.logFile,
    timeoutSeconds: request.timeoutSeconds ?? defaultTimeoutSeconds,
    ...(request.onOutput === undefined ? {} : { onOutput: request.onOutput }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  await checkResult(request, result);
  const packages = await collect(request);
  await rm(request.workDirectory, { recursive: true, force: true });
  return packages;
}

function buildEnvironment(sourceDateEpoch: number): Record<string, string> {
  return {
    PATH: '/usr/sbin:/usr/bin',
    HOME: '/build',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    TMPDIR: '/tmp',
    SOURCE_DATE_EPOCH: String(sourceDateEpoch),
  };
}

async function prepare(request: BuildRequest): Promise<void> {
  const top = request.workDirectory;
  try {
    await rm(top, { recursive: true, force: true });
    await rm(request.logFile, { force: true });
    await mkdir(dirname(request.logFile), { recursive: true });
    for (const directory of ['SPECS', 'SOURCES', 'BUILD', 'RPMS', 'SRPMS', 'BUILDROOT']) {
      await mkdir(join(top, directory), { recursive: true, mode: 0o777 });
    }
    await writeFile(join(top, 'SPECS', `${request.component}.spec`), request.spec);
    await writeFile(join(top, '.rpmmacros'), formatBuildMacros(request.macros));
    for (const source of request.sources) {
      await placeSource(source, join(top, 'SOURCES'), request.store);
    }
    await openToBuildUser(top);
  } catch (cause) {
    throw fileError('write', top, cause);
  }
}

async function placeSource(source: BuildSource, directory: string, store: Store): Promise<void> {
  if (source.name === '' || source.name.includes('/') || source.name.startsWith('.')) {
    throw new SlipwayError(
      'BUILD_BAD_SOURCE_NAME',
      `Cannot use source ${JSON.stringify(source.name)}: it is not a plain file name`,
    );
  }
  const { content } = source;
  const path = join(directory, source.name);
  await (content.kind === 'bytes' ? writeFile(path, content.bytes) : store.copyTo(content.digest, path));
}

/** In a root sandbox the build user is not the owner of these directories: everybody may write into them. */
async function openToBuildUser(top: string): Promise<void> {
  for (const directory of ['', 'SPECS', 'SOURCES', 'BUILD', 'RPMS', 'SRPMS', 'BUILDROOT']) {
    await chmod(join(top, directory), 0o777);
  }
}

async function checkResult(request: BuildRequest, result: ProgramResult): Promise<void> {
  if (request.signal?.aborted) {
    throw new SlipwayError('CORE_CANCELLED', `Cannot finish building ${request.component}: the run was interrupted`);
  }
  if (result.status !== 0) {
    const tail = await lastLines(request.logFile);
    throw new SlipwayError(
      'BUILD_FAILED',
      `Cannot build ${request.component}: rpmbuild ended with status ${result.status}\n${tail}`,
      {
        hint: `read the whole log: ${request.logFile}; the build's files are in ${request.workDirectory}`,
        at: { file: request.logFile },
        data: { component: request.component, status: result.status },
      },
    );
  }
}

async function lastLines(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch((cause) => {
    if (hasErrno(cause, 'ENOENT')) {
      return '';
    }
    throw fileError('read', logFile, cause);
  });
  return text
    .trimEnd()
    .split('\n')
    .slice(-shownLogLines)
    .map((line) => `  | ${line}`)
    .join('\n');
}

async function collect(request: BuildRequest): Promise<BuiltPackage[]> {
  const directory = join(request.workDirectory, 'RPMS');
  const names = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.rpm')).sort();
  if (names.length === 0) {
    throw new SlipwayError(
      'BUILD_NO_PACKAGE',
      `Cannot use the build of ${request.component}: rpmbuild made no package`,
      {
        hint: 'a spec needs a %files section for every package that it makes',
        at: { file: request.logFile },
      },
    );
  }
  const packages: BuiltPackage[] = [];
  for (const name of names) {
    const stored = await request.store.putFile(join(directory, name));
    packages.push({ ...stored, fileName: name.slice(name.lastIndexOf('/') + 1) });
  }
  return packages;
}
