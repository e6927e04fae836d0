import { list, namedTable } from '../definition/collection-kinds.ts';
import type { Output } from '../definition/definition.ts';
import { string } from '../definition/scalar-kinds.ts';
import { table } from '../definition/table.ts';
import { componentConfig } from './component.ts';
import { about, day, filePath, flag, httpUri, text } from './scalars.ts';

const identifier = string({
  pattern: /^[a-z0-9][a-z0-9._-]*$/,
  must: 'must be lower-case letters, digits, ".", "_" and "-"',
});

/** What the distribution says about itself: os-release(5), the RPM tags Vendor and Release, URLs. */
export const distroIdentity = table({
  name: text('Name without version: NAME of os-release.'),
  id: identifier.describe('ID of os-release.'),
  'id-like': list(identifier).describe('ID_LIKE: distributions that this one resembles, closest first.').optional(),
  version: text('VERSION for people, such as "1.0 (Keel)".').optional(),
  'version-id': identifier.describe('VERSION_ID for programs, such as "1.0".').optional(),
  'version-codename': identifier.describe('VERSION_CODENAME.').optional(),
  'pretty-name': text('PRETTY_NAME; omitted: name and version.').optional(),
  vendor: text('VENDOR_NAME and the Vendor tag of every package.').optional(),
  'vendor-url': httpUri('VENDOR_URL.').optional(),
  'home-url': httpUri('HOME_URL.').optional(),
  'documentation-url': httpUri('DOCUMENTATION_URL.').optional(),
  'support-url': httpUri('SUPPORT_URL.').optional(),
  'bug-report-url': httpUri('BUG_REPORT_URL and the BugURL tag of packages.').optional(),
  'privacy-policy-url': httpUri('PRIVACY_POLICY_URL.').optional(),
  'support-end': day.describe('SUPPORT_END: last day of support.').optional(),
  'cpe-name': text('CPE_NAME, a CPE 2.3 URI.').optional(),
  'ansi-color': string({ pattern: /^[0-9;]+$/, must: 'must be an SGR sequence such as "0;36"' })
    .describe('ANSI_COLOR.')
    .optional(),
  logo: identifier.describe('LOGO: name of the icon.').optional(),
  'dist-tag': string({
    pattern: /^\.[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*$/,
    must: 'must start with a dot, such as ".slp1"',
  })
    .describe('Suffix of every Release: the macro %dist.')
    .optional(),
  variants: namedTable(table({ name: text('VARIANT, such as "Server Edition".') }))
    .describe('Editions; the key is VARIANT_ID.')
    .optional(),
});

export type DistroIdentity = Output<typeof distroIdentity>;

const repositoryInput = table({
  repo: text('An entry of resources.rpm-repos.').optional(),
  set: text('An entry of resources.rpm-repo-sets.').optional(),
}).check(['repo', 'set'], ({ repo, set }, report) => {
  if ((repo === undefined) === (set === undefined)) {
    report('needs exactly one of repo and set');
  }
});

const distroVersion = table({
  description: about.optional(),
  'release-ver': text('Value of $releasever.').optional(),
  'dist-git-branch': text('Branch of the dist-git repositories.').optional(),
  'default-component-config': componentConfig.describe('What every component inherits.').optional(),
  'mock-config': filePath('Configuration of mock.').optional(),
  'mock-config-x86_64': filePath('Configuration of mock on x86_64.').optional(),
  'mock-config-aarch64': filePath('Configuration of mock on aarch64.').optional(),
  inputs: table({
    'rpm-build': list(repositoryInput).describe('Repositories for building packages.').optional(),
    'image-build': list(repositoryInput).describe('Repositories for building images.').optional(),
  })
    .describe('Repositories that builds take packages from.')
    .since('august-2026')
    .optional(),
});

export const distroConfig = table({
  description: about.optional(),
  'default-version': text('Version that is meant when none is named.').optional(),
  'dist-git-base-uri': text('Address of the repository of a component; $pkg is its name.').optional(),
  'lookaside-base-uri': text('Address of a source file: $pkg, $filename, $hashtype, $hash.').optional(),
  repos: list(table({ 'base-uri': text('Address; may contain $releasever.') }))
    .describe('Its package repositories.')
    .optional(),
  'disable-origins': flag('Takes source files from the lookaside cache only.').optional(),
  versions: namedTable(distroVersion).describe('Its versions.').optional(),
  identity: distroIdentity.since('slipway').describe('What the distribution says about itself.').optional(),
});

export type DistroConfig = Output<typeof distroConfig>;
export type DistroVersion = Output<typeof distroVersion>;
