import { z } from 'zod';
import { overlay } from './overlay.ts';
import { about, channel, filePath, flag, globList, httpUri, instant, packageName, text, textList } from './scalars.ts';
import { namedTable, sinceAugust, sinceSlipway, table } from './table.ts';

export const distroReference = table({
  name: text('Name of a distribution of this project.'),
  version: z.string().describe('One of its versions; omitted: its default-version.').exactOptional(),
  snapshot: instant
    .describe('Use the newest state at or before this time; only in defaults of distributions and groups.')
    .exactOptional(),
});

const specSource = table({
  type: z
    .union([z.enum(['local', 'upstream', '']), z.literal('import').meta(sinceSlipway)])
    .describe(
      'Where the spec comes from: local file, upstream dist-git, or import of a binary package; empty: inherit.',
    )
    .exactOptional(),
  path: filePath('The spec file of a local component.').exactOptional(),
  'upstream-distro': distroReference.describe('Distribution that the spec is taken from.').exactOptional(),
  'upstream-name': text('Name of the component upstream when it differs.').exactOptional(),
  'upstream-commit': z
    .string()
    .regex(/^[0-9a-fA-F]{7,40}$/, 'must be a commit of 7 to 40 hexadecimal digits')
    .describe('Upstream commit; wins over a snapshot.')
    .exactOptional(),
  package: packageName('Binary package of the snapshot that is imported as an RPM.').meta(sinceSlipway).exactOptional(),
  snapshot: text('Snapshot that the package is taken from; omitted: the default snapshot of the project.')
    .meta(sinceSlipway)
    .exactOptional(),
});

const origin = z.discriminatedUnion('type', [
  table({
    type: z.literal('download'),
    uri: httpUri('Where to download the file from.').exactOptional(),
  }),
  table({
    type: z.literal('custom').meta(sinceAugust),
    script: filePath('Script whose output is the file.').exactOptional(),
    'mock-packages': textList('Packages that the script needs.').exactOptional(),
    inputs: textList('Files that the script reads.').exactOptional(),
  }),
  table({ type: z.literal('overlay').meta(sinceAugust) }),
  table({
    type: z.literal('snapshot').meta(sinceSlipway),
    package: packageName('Source package of the snapshot.'),
    file: text('Which of its files: orig, debian, dsc, or an exact file name.'),
    snapshot: text('Snapshot; omitted: the default snapshot of the project.').exactOptional(),
  }),
  table({ type: z.literal('signing-key').meta(sinceSlipway) }).describe(
    'The public key that signs the packages of the distribution.',
  ),
]);

const hashLength = { SHA256: 64, SHA512: 128 } as const;

export const sourceFile = table({
  filename: text('Name of the file as the spec names it.'),
  hash: z
    .string()
    .regex(/^[0-9a-fA-F]+$/, 'must be hexadecimal')
    .describe('Expected digest of the file.')
    .exactOptional(),
  'hash-type': z.enum(['SHA256', 'SHA512']).describe('Algorithm of hash.').exactOptional(),
  origin: origin.describe('Where the file comes from.').exactOptional(),
  'replace-upstream': flag('Replaces the upstream file of the same name.').meta(sinceAugust).exactOptional(),
  'replace-reason': text('Why the upstream file is replaced.').meta(sinceAugust).exactOptional(),
}).superRefine((file, context) => {
  if (file.hash !== undefined && file.hashType !== undefined && file.hash.length !== hashLength[file.hashType]) {
    const message = `a ${file.hashType} digest has ${hashLength[file.hashType]} hexadecimal digits, not ${file.hash.length}`;
    context.addIssue({ code: 'custom', path: ['hash'], message });
  }
  if (file.replaceUpstream === true && file.replaceReason === undefined) {
    context.addIssue({ code: 'custom', path: [], message: 'replace-upstream needs a replace-reason' });
  }
});

const build = table({
  with: textList('Build conditionals to switch on.').exactOptional(),
  without: textList('Build conditionals to switch off.').exactOptional(),
  defines: namedTable(z.string()).describe('Macros to define.').exactOptional(),
  undefines: textList('Macros to undefine.').exactOptional(),
  'emit-upstream-provenance': flag('Defines macros with the upstream version and release.')
    .meta(sinceAugust)
    .exactOptional(),
  check: table({
    skip: flag('Skips the %check section.').exactOptional(),
    skip_reason: text('Why it is skipped; required with skip.').exactOptional(),
  })
    .superRefine((check, context) => {
      if (check.skip === true && check.skipReason === undefined) {
        context.addIssue({ code: 'custom', path: [], message: 'skip needs a skip_reason' });
      }
    })
    .describe('The %check section.')
    .exactOptional(),
  failure: table({
    expected: flag('The build is expected to fail.').exactOptional(),
    'expected-reason': text('Why it is expected to fail.').exactOptional(),
  })
    .describe('What is known about failures.')
    .exactOptional(),
  hints: table({ expensive: flag('The build takes long.').exactOptional() })
    .describe('Hints for scheduling.')
    .exactOptional(),
});

export const packagePublish = table({
  'rpm-channel': channel("Channel of the package; 'none': not published.").exactOptional(),
  'debuginfo-channel': channel("Channel of debug packages; 'none': not published.").exactOptional(),
  channel: channel('Old name of rpm-channel.').meta({ deprecated: true }).exactOptional(),
});

export const packageConfig = table({ publish: packagePublish.describe('Where it is published.').exactOptional() });

const componentPublish = table({
  'rpm-channel': channel("Channel of the binary packages; 'none': not published.").exactOptional(),
  'srpm-channel': channel("Channel of the source package; 'none': not published.").exactOptional(),
  'debuginfo-channel': channel("Channel of debug packages; 'none': not published.").exactOptional(),
});

/** `[components.<name>]` and every `default-component-config`. */
export const componentConfig = table({
  spec: specSource.describe('Where the spec comes from.').exactOptional(),
  release: table({
    calculation: z
      .union([z.enum(['auto', 'manual', '']), z.enum(['autorelease', 'static']).meta(sinceAugust)])
      .describe('How the Release tag is counted; omitted: auto.')
      .exactOptional(),
  })
    .describe('The Release tag.')
    .exactOptional(),
  overlays: z.array(overlay).describe('Changes to the spec and the sources, in order.').exactOptional(),
  'overlay-files': globList('Globs of overlay files; their changes follow those written here.')
    .meta(sinceAugust)
    .exactOptional(),
  build: build.describe('How it is built.').exactOptional(),
  render: table({
    'skip-file-filter': flag('Keeps files that the spec does not name.').exactOptional(),
  })
    .describe('How the spec is rendered.')
    .exactOptional(),
  'source-files': z.array(sourceFile).describe('Further source files.').exactOptional(),
  packages: namedTable(packageConfig).describe('Settings of single binary packages, by exact name.').exactOptional(),
  publish: componentPublish.describe('Where its packages are published.').exactOptional(),
}).meta({ id: 'Component', description: 'A component: one spec, its sources and how they are built and published.' });

export type ComponentConfig = z.output<typeof componentConfig>;
export type SourceFile = z.output<typeof sourceFile>;
export type PackagePublish = z.output<typeof packagePublish>;
export type ComponentPublish = z.output<typeof componentPublish>;
export type BuildConfig = z.output<typeof build>;
export type DistroReference = z.output<typeof distroReference>;

export const componentGroup = table({
  description: about.exactOptional(),
  metadata: z
    .record(z.string(), z.unknown())
    .meta(sinceAugust)
    .describe('Facts about the group; not interpreted.')
    .exactOptional(),
  components: textList('Names of the members.').exactOptional(),
  specs: globList('Globs of local specs; each becomes a component named after the file.').exactOptional(),
  'excluded-paths': globList('Globs of paths that specs leaves out.').exactOptional(),
  'default-component-config': componentConfig.describe('What the members inherit.').exactOptional(),
});

export type ComponentGroupConfig = z.output<typeof componentGroup>;

export const packageGroup = table({
  description: about.exactOptional(),
  packages: textList('Exact names of binary packages; a package is in at most one group.').exactOptional(),
  'default-package-config': packageConfig.describe('What the packages inherit.').exactOptional(),
});

export type PackageGroupConfig = z.output<typeof packageGroup>;
