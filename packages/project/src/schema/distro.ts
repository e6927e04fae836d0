import { z } from 'zod';
import { componentConfig } from './component.ts';
import { about, filePath, flag, httpUri, text } from './scalars.ts';
import { namedTable, sinceAugust, sinceSlipway, table } from './table.ts';

const identifier = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower-case letters, digits, ".", "_" and "-"');

/** What the distribution says about itself: os-release(5), the RPM tags Vendor and Release, URLs. */
export const distroIdentity = table({
  name: text('Name without version: NAME of os-release.'),
  id: identifier.describe('ID of os-release.'),
  'id-like': z
    .array(identifier)
    .describe('ID_LIKE: distributions that this one resembles, closest first.')
    .exactOptional(),
  version: text('VERSION for people, such as "1.0 (Keel)".').exactOptional(),
  'version-id': identifier.describe('VERSION_ID for programs, such as "1.0".').exactOptional(),
  'version-codename': identifier.describe('VERSION_CODENAME.').exactOptional(),
  'pretty-name': text('PRETTY_NAME; omitted: name and version.').exactOptional(),
  vendor: text('VENDOR_NAME and the Vendor tag of every package.').exactOptional(),
  'vendor-url': httpUri('VENDOR_URL.').exactOptional(),
  'home-url': httpUri('HOME_URL.').exactOptional(),
  'documentation-url': httpUri('DOCUMENTATION_URL.').exactOptional(),
  'support-url': httpUri('SUPPORT_URL.').exactOptional(),
  'bug-report-url': httpUri('BUG_REPORT_URL and the BugURL tag of packages.').exactOptional(),
  'privacy-policy-url': httpUri('PRIVACY_POLICY_URL.').exactOptional(),
  'support-end': z.iso
    .date('must be a date such as "2029-06-30"')
    .describe('SUPPORT_END: last day of support.')
    .exactOptional(),
  'cpe-name': text('CPE_NAME, a CPE 2.3 URI.').exactOptional(),
  'ansi-color': z
    .string()
    .regex(/^[0-9;]+$/, 'must be an SGR sequence such as "0;36"')
    .describe('ANSI_COLOR.')
    .exactOptional(),
  logo: identifier.describe('LOGO: name of the icon.').exactOptional(),
  'dist-tag': z
    .string()
    .regex(/^\.[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*$/, 'must start with a dot, such as ".slp1"')
    .describe('Suffix of every Release: the macro %dist.')
    .exactOptional(),
  variants: namedTable(table({ name: text('VARIANT, such as "Server Edition".') }))
    .describe('Editions; the key is VARIANT_ID.')
    .exactOptional(),
});

export type DistroIdentity = z.output<typeof distroIdentity>;

const repositoryInput = table({
  repo: text('An entry of resources.rpm-repos.').exactOptional(),
  set: text('An entry of resources.rpm-repo-sets.').exactOptional(),
}).superRefine((input, context) => {
  if ((input.repo === undefined) === (input.set === undefined)) {
    context.addIssue({ code: 'custom', path: [], message: 'needs exactly one of repo and set' });
  }
});

const distroVersion = table({
  description: about.exactOptional(),
  'release-ver': text('Value of $releasever.').exactOptional(),
  'dist-git-branch': text('Branch of the dist-git repositories.').exactOptional(),
  'default-component-config': componentConfig.describe('What every component inherits.').exactOptional(),
  'mock-config': filePath('Configuration of mock.').exactOptional(),
  'mock-config-x86_64': filePath('Configuration of mock on x86_64.').exactOptional(),
  'mock-config-aarch64': filePath('Configuration of mock on aarch64.').exactOptional(),
  inputs: table({
    'rpm-build': z.array(repositoryInput).describe('Repositories for building packages.').exactOptional(),
    'image-build': z.array(repositoryInput).describe('Repositories for building images.').exactOptional(),
  })
    .describe('Repositories that builds take packages from.')
    .meta(sinceAugust)
    .exactOptional(),
});

export const distroConfig = table({
  description: about.exactOptional(),
  'default-version': text('Version that is meant when none is named.').exactOptional(),
  'dist-git-base-uri': text('Address of the repository of a component; $pkg is its name.').exactOptional(),
  'lookaside-base-uri': text('Address of a source file: $pkg, $filename, $hashtype, $hash.').exactOptional(),
  repos: z
    .array(table({ 'base-uri': text('Address; may contain $releasever.') }))
    .describe('Its package repositories.')
    .exactOptional(),
  'disable-origins': flag('Takes source files from the lookaside cache only.').exactOptional(),
  versions: namedTable(distroVersion).describe('Its versions.').exactOptional(),
  identity: distroIdentity.meta(sinceSlipway).describe('What the distribution says about itself.').exactOptional(),
});

export type DistroConfig = z.output<typeof distroConfig>;
export type DistroVersion = z.output<typeof distroVersion>;
