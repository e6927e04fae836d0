import type { ProgressListener } from '@slipway/core';
import type { ImportedSources } from '@slipway/pipeline';
import type { Component, Project } from '@slipway/project';
import type { OtherUpstream, PreparedComponent, SourceLoader } from '@slipway/render';
import { type CommandContext, openNamedWorkspace } from '../context.ts';
import { type NetworkOptions, openSources } from './open-sources.ts';

interface Running {
  readonly network: NetworkOptions;
  readonly progress: ProgressListener;
  readonly signal: AbortSignal;
}

/**
 * The spec and the files of any component before its overlays: from dist-git, from the project, or from the snapshot.
 * What a component does not need is not opened.
 */
export class ComponentAccess {
  readonly #context: CommandContext;
  readonly #project: Project;
  readonly #running: Running;
  #sources: Promise<SourceLoader> | undefined;
  #imports: Promise<ImportedSources> | undefined;

  constructor(context: CommandContext, project: Project, running: Running) {
    this.#context = context;
    this.#project = project;
    this.#running = running;
  }

  /** Lets `work` look at a component; its files can be read until it ends. */
  async with<T>(
    component: Component,
    work: (prepared: PreparedComponent) => Promise<T>,
    other?: OtherUpstream,
  ): Promise<T> {
    const { name } = component;
    if (component.spec.type === 'import') {
      this.#imports ??= this.#openImports();
      return (await this.#imports).with(component, (draft) => work({ name, ...draft }));
    }
    const { loadComponentLock } = await import('@slipway/project');
    return work(await (await this.sources()).load(component, await loadComponentLock(this.#project, name), other));
  }

  sources(): Promise<SourceLoader> {
    this.#sources ??= openSources(this.#context, this.#project, this.#running);
    return this.#sources;
  }

  async #openImports(): Promise<ImportedSources> {
    const { ImportedSources: Sources } = await import('@slipway/pipeline');
    const { progress, signal } = this.#running;
    return Sources.open(await openNamedWorkspace(this.#context, { progress, signal }));
  }
}
