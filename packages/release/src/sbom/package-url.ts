import type { SbomDocumentInfo, SbomOrigin, SbomPackage, SbomSource } from './sbom-input.ts';

/**
 * `pkg:rpm/<distribution>/name@version-release?…`: the Package URL specification and its definition of the type `rpm`.
 * `upstream` (name@version of the upstream source package) is what vulnerability scanners look for.
 */
export function rpmPackageUrl(pkg: SbomPackage, distribution: SbomDocumentInfo['distribution']): string {
  const { epoch, version, release } = pkg.evr;
  return formatPackageUrl('rpm', {
    namespace: distribution.id.toLowerCase(),
    name: pkg.name,
    version: release === '' ? version : `${version}-${release}`,
    qualifiers: {
      arch: pkg.arch,
      distro: `${distribution.id}-${distribution.version}`,
      epoch: epoch === 0 ? '' : String(epoch),
      upstream: pkg.source === undefined ? '' : `${pkg.source.name}@${pkg.source.version}`,
    },
  });
}

/** The upstream source package: `pkg:deb/debian/glibc@2.41-12?arch=source` or `pkg:rpm/…?arch=src`. */
export function sourcePackageUrl(source: SbomSource, origin: SbomOrigin): string {
  const namespace = origin.distribution.toLowerCase();
  if (origin.format === 'deb') {
    const qualifiers = { arch: 'source' };
    return formatPackageUrl('deb', {
      namespace,
      name: source.name.toLowerCase(),
      version: source.version,
      qualifiers,
    });
  }
  const [, epoch = '', version = ''] = /^(?:(\d+):)?(.*)$/s.exec(source.version) ?? [];
  const qualifiers = { arch: 'src', epoch: epoch === '0' ? '' : epoch };
  return formatPackageUrl('rpm', { namespace, name: source.name, version, qualifiers });
}

interface PackageUrlParts {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly qualifiers: Readonly<Record<string, string>>;
}

function formatPackageUrl(type: string, { namespace, name, version, qualifiers }: PackageUrlParts): string {
  const pairs = Object.entries(qualifiers)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encode(value)}`);
  const query = pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  return `pkg:${type}/${encode(namespace)}/${encode(name)}@${encode(version)}${query}`;
}

/** Letters, digits, `.`, `-`, `_`, `~` and the colon stay as they are; every other byte is percent-encoded. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}
