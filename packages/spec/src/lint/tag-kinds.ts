/** Tags that every spec has in its preamble. */
const mandatory = new Set(['name', 'version', 'release', 'summary', 'license']);

/** Tags that a package can have once, and need not have (rpm, "Preamble"). */
const optional = new Set(
  `epoch url group buildarch buildarchitectures vendor packager distribution vcs bugurl disturl buildroot autoreq
autoprov autoreqprov`.split(/\s+/),
);

/** Tags of which a package has as many as it likes. */
const repeated = new Set(
  `requires buildrequires provides conflicts obsoletes recommends suggests supplements enhances buildconflicts prereq
buildprereq orderwithrequires source patch`.split(/\s+/),
);

/** How often a tag can stand in one package: `numbered` tags (Source0) once, `repeated` ones (Requires) at will. */
export function tagKind(tag: string): 'mandatory' | 'optional' | 'numbered' | 'repeated' | 'unknown' {
  const name = tag.toLowerCase();
  if (/^(?:source|patch)\d+$/.test(name)) {
    return 'numbered';
  }
  const family = name.replace(/\([^()]*\)$/, '');
  return mandatory.has(name)
    ? 'mandatory'
    : optional.has(name)
      ? 'optional'
      : repeated.has(family)
        ? 'repeated'
        : 'unknown';
}

/** Whether a package has at most one such tag. */
export function isSingle(tag: string): boolean {
  return !['repeated', 'unknown'].includes(tagKind(tag));
}

/** Key under which overlays speak of the same tag. */
export function tagKey({ tag = '', package: packageName = '' }: { tag?: string; package?: string }): string {
  return `${packageName}\0${tag.toLowerCase()}`;
}
