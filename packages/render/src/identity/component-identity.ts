import { basename } from 'node:path';
import { canonicalJson, type Digest, sha256 } from '@slipway/core';
import type { Component, ComponentOverlay, Project, SourceFile } from '@slipway/project';

/** Values of an identity: what RFC 8785 can write. */
export type IdentityValue =
  | string
  | number
  | boolean
  | readonly IdentityValue[]
  | { readonly [key: string]: IdentityValue };

/** By the name of the field, such as `build.with` or `overlays/1`; what is absent or has its default is left out. */
export type IdentityFields = Readonly<Record<string, IdentityValue>>;

/** What a component's spec and sources are, before its overlays. */
export type SourceIdentity =
  /** Of a dist-git repository. */
  | { readonly type: 'commit'; readonly commit: string }
  /** Not resolved yet: what the commit will be chosen by. */
  | { readonly type: 'unresolved'; readonly snapshot: string }
  /** Files of the project, by path below the directory of the spec. */
  | { readonly type: 'files'; readonly digests: ReadonlyMap<string, Digest> }
  /** A binary package of a snapshot. */
  | { readonly type: 'import'; readonly package: string; readonly version: string };

export interface IdentityInputs {
  readonly source: SourceIdentity;
  /** Digests of the files that overlays and custom origins bring along, by absolute path. */
  readonly digests: ReadonlyMap<string, Digest>;
  readonly manualBump?: number;
}

export interface ComponentIdentity {
  readonly fields: IdentityFields;
  /** SHA-256 of the canonical JSON (RFC 8785) of the fields. */
  readonly digest: Digest;
}

/**
 * What decides how a component is rendered, and nothing else: not its name, descriptions, reasons, metadata, publish
 * channels, hints, or where a file comes from (overlays.md 4). Every field is left out while it has its default, so a
 * field that is new in Slipway changes the identity of those components only that use it.
 */
export function componentIdentity(
  project: Pick<Project, 'distros'>,
  component: Component,
  inputs: IdentityInputs,
): ComponentIdentity {
  const fields = Object.fromEntries(
    [
      ...sourceFields(project, component, inputs),
      ...settingFields(component),
      ...component.overlays.map((each, index) => [`overlays/${index + 1}`, overlayValue(each, inputs)] as const),
      ...component.sourceFiles.map((file) => [`source-files/${file.filename}`, sourceFileValue(file, inputs)] as const),
    ].filter(([, value]) => !isDefault(value)),
  ) as IdentityFields;
  return { fields, digest: sha256(canonicalJson(fields)) };
}

type Field = readonly [name: string, value: IdentityValue | undefined];

function isDefault(value: IdentityValue | undefined): boolean {
  const isEmpty = typeof value === 'object' && Object.keys(value).length === 0;
  return value === undefined || value === '' || value === 0 || value === false || isEmpty;
}

function sourceFields(
  { distros }: Pick<Project, 'distros'>,
  { name, spec }: Component,
  inputs: IdentityInputs,
): Field[] {
  const { source, manualBump } = inputs;
  const fields: Field[] = [['manual-bump', manualBump]];
  if (spec.type === 'upstream') {
    const version = distros.get(spec.distro.name)?.versions.get(spec.distro.version);
    fields.push(['upstream.name', spec.name === name ? undefined : spec.name]);
    fields.push(['upstream.release-ver', version?.releaseVer]);
  }
  switch (source.type) {
    case 'commit':
      return [...fields, ['upstream.commit', source.commit]];
    case 'unresolved':
      return [...fields, ['upstream.snapshot', source.snapshot]];
    case 'import':
      return [...fields, ['import.package', source.package], ['import.version', source.version]];
    case 'files':
      return [
        ...fields,
        ...[...source.digests].map(([path, digest]) => [`files/${path}`, `sha256:${digest}`] as const),
      ];
  }
}

function settingFields({ release, build, skipFileFilter }: Component): Field[] {
  const defines = Object.entries(build.defines ?? {});
  return [
    ['release.calculation', release === 'auto' ? undefined : release],
    ['build.with', build.with?.toSorted()],
    ['build.without', build.without?.toSorted()],
    ['build.undefines', build.undefines?.toSorted()],
    ...defines.map(([name, value]): Field => [`build.defines/${name}`, [value]]),
    ['build.emit-upstream-provenance', build.emitUpstreamProvenance],
    ['build.check.skip', build.check?.skip],
    ['render.skip-file-filter', skipFileFilter],
  ];
}

/** What an overlay does; the file that it brings along counts by its name and its bytes. */
function overlayValue({ overlay }: ComponentOverlay, { digests }: IdentityInputs): IdentityValue {
  const { description: _description, metadata: _metadata, at: _at, ...fields } = overlay;
  const named = 'source' in fields ? { ...fields, source: fileValue(fields.source, digests) } : fields;
  return withoutAbsent(named);
}

function fileValue(path: string, digests: ReadonlyMap<string, Digest>): IdentityValue {
  const digest = digests.get(path);
  return { name: basename(path), ...(digest === undefined ? {} : { sha256: digest }) };
}

function sourceFileValue(file: SourceFile, { digests }: IdentityInputs): IdentityValue {
  const { origin, hash, hashType, replaceUpstream } = file;
  const custom =
    origin?.type === 'custom'
      ? {
          ...(origin.script === undefined ? {} : { script: fileValue(origin.script, digests) }),
          packages: origin.mockPackages ?? [],
          inputs: origin.inputs ?? [],
        }
      : undefined;
  return withoutAbsent({
    filename: file.filename,
    hash,
    hashType,
    replaceUpstream: replaceUpstream || undefined,
    custom,
  });
}

function withoutAbsent(value: Readonly<Record<string, unknown>>): { readonly [key: string]: IdentityValue } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    readonly [key: string]: IdentityValue;
  };
}

/** Longer values are remembered as their digest. */
const longestShown = 120;

/** The fields as a lock keeps them: the canonical JSON of a value, or its digest when that is long. */
export function lockedFields(fields: IdentityFields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const text = canonicalJson(value);
      return [name, text.length <= longestShown ? text : `sha256:${sha256(text)}`];
    }),
  );
}

/** An identity as a lock writes it: the prefix tells it from azldev's hashes, which no other program can compute. */
export function formatIdentity(digest: Digest): string {
  return `jcs-sha256:${digest}`;
}
