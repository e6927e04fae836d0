import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Digest, DigestingStream, fileError, hasErrno, readFileChunks } from '@slipway/core';
import type { Component, ComponentLock, Lock, Project } from '@slipway/project';
import { listSpecDirectory } from '../spec-directory.ts';
import { type ComponentIdentity, componentIdentity, type SourceIdentity } from './component-identity.ts';

/** Computes the identities of a project's components from its files and locks; each file is read once. */
export class Identities {
  readonly #project: Project;
  readonly #lock: Lock | undefined;
  readonly #digests = new Map<string, Promise<Digest | undefined>>();

  /** `lock` has the versions of imported packages. */
  constructor(project: Project, lock: Lock | undefined) {
    this.#project = project;
    this.#lock = lock;
  }

  /** Files that are not there, or are none, have no digest: whoever renders the component says what is wrong. */
  async of(component: Component, lock: ComponentLock | undefined): Promise<ComponentIdentity> {
    const digests = new Map<string, Digest>();
    for (const path of broughtFiles(component)) {
      const digest = await this.#digest(path);
      if (digest !== undefined) {
        digests.set(path, digest);
      }
    }
    return componentIdentity(this.#project, component, {
      source: await this.#source(component, lock),
      digests,
      manualBump: lock?.manualBump ?? 0,
    });
  }

  async #source({ spec }: Component, lock: ComponentLock | undefined): Promise<SourceIdentity> {
    switch (spec.type) {
      case 'local':
        return { type: 'files', digests: await this.#specDirectory(spec.path) };
      case 'import':
        return { type: 'import', package: spec.package, version: this.#lockedVersion(spec) };
      case 'upstream': {
        const commit = lock?.upstreamCommit ?? spec.commit;
        return commit === undefined
          ? { type: 'unresolved', snapshot: spec.snapshot ?? 'head' }
          : { type: 'commit', commit };
      }
    }
  }

  #lockedVersion({ snapshot, package: name }: Extract<Component['spec'], { type: 'import' }>): string {
    const packages = this.#lock?.snapshots.get(snapshot)?.packages ?? [];
    return packages.find((each) => each.name === name && each.architecture !== 'source')?.version ?? '';
  }

  async #specDirectory(specPath: string): Promise<ReadonlyMap<string, Digest>> {
    const digests = new Map<string, Digest>();
    for (const { path, file } of await listSpecDirectory(dirname(specPath), this.#project.files)) {
      const digest = await this.#digest(file);
      if (digest !== undefined) {
        digests.set(path, digest);
      }
    }
    return digests;
  }

  #digest(path: string): Promise<Digest | undefined> {
    let digest = this.#digests.get(path);
    if (digest === undefined) {
      digest = digestOf(path);
      this.#digests.set(path, digest);
    }
    return digest;
  }
}

function broughtFiles({ overlays, sourceFiles }: Component): string[] {
  return [
    ...overlays.flatMap(({ overlay }) => ('source' in overlay ? [overlay.source] : [])),
    ...sourceFiles.flatMap(({ origin }) =>
      origin?.type === 'custom' && origin.script !== undefined ? [origin.script] : [],
    ),
  ];
}

/** Only of regular files: devices and pipes may never end, and rendering refuses them. */
async function digestOf(path: string): Promise<Digest | undefined> {
  const status = await stat(path).catch(unlessAbsent);
  if (status?.isFile() !== true) {
    return undefined;
  }
  const stream = new DigestingStream();
  for await (const chunk of readFileChunks(path)) {
    stream.update(chunk);
  }
  return stream.digest();

  function unlessAbsent(cause: unknown): undefined {
    if (!hasErrno(cause, 'ENOENT', 'ENOTDIR', 'ELOOP')) {
      throw fileError('read', path, cause);
    }
  }
}
