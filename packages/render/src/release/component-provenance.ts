import type { Component } from '@slipway/project';
import { parseSpec } from '@slipway/spec';
import type { ComponentSources } from '../component-sources.ts';
import { usesAutorelease } from './autospec-features.ts';
import { upstreamProvenance, upstreamRelease } from './upstream-provenance.ts';

/** The macros of `emit-upstream-provenance`; undefined for components that do not ask for them. */
export async function componentProvenance(
  { build, spec }: Component,
  sources: ComponentSources,
): Promise<ReadonlyMap<string, string> | undefined> {
  if (build.emitUpstreamProvenance !== true || spec.type !== 'upstream') {
    return undefined;
  }
  const text = parseSpec(sources.spec);
  const autorelease = usesAutorelease(text.text) ? await countedUpstream(sources) : undefined;
  return upstreamProvenance({ spec: text, distro: spec.distro, ...(autorelease === undefined ? {} : { autorelease }) });
}

async function countedUpstream({ history, specName }: ComponentSources): Promise<string | undefined> {
  const upstream = await history?.();
  return upstream === undefined
    ? undefined
    : upstreamRelease({ history: upstream.commits, readBlob: (id) => upstream.readBlob(id), specName });
}
