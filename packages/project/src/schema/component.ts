import { foreignTable, list, namedTable } from '../definition/collection-kinds.ts';
import type { Output } from '../definition/definition.ts';
import { choice, literal, string } from '../definition/scalar-kinds.ts';
import { table, tagged } from '../definition/table.ts';
import { overlay } from './overlay.ts';
import { about, channel, filePath, flag, globList, httpUri, instant, packageName, text, textList } from './scalars.ts';
import { foreignTests } from './test-suite.ts';

export const distroReference = table({
  name: text('Name of a distribution of this project.'),
  version: string().describe('One of its versions; omitted: its default-version.').optional(),
  snapshot: instant
    .describe('Use the newest state at or before this time; only in defaults of distributions and groups.')
    .optional(),
});

const specSource = table({
  type: choice(['local', 'upstream', ''], { since: 'slipway', words: ['import'] })
    .describe(
      'Where the spec comes from: local file, upstream dist-git, or import of a binary package; empty: inherit.',
    )
    .optional(),
  path: filePath('The spec file of a local component.').optional(),
  'upstream-distro': distroReference.describe('Distribution that the spec is taken from.').optional(),
  'upstream-name': text('Name of the component upstream when it differs.').optional(),
  'upstream-commit': string({ pattern: /^[0-9a-fA-F]{7,40}$/, must: 'must be a commit of 7 to 40 hexadecimal digits' })
    .describe('Upstream commit; wins over a snapshot.')
    .optional(),
  package: packageName('Binary package of the snapshot that is imported as an RPM.').since('slipway').optional(),
  snapshot: text('Snapshot that the package is taken from; omitted: the default snapshot of the project.')
    .since('slipway')
    .optional(),
});

const origin = tagged([
  table({
    type: literal('download'),
    uri: httpUri('Where to download the file from.').optional(),
  }),
  table({
    type: literal('custom').since('august-2026'),
    script: filePath('Script whose output is the file.').optional(),
    'mock-packages': textList('Packages that the script needs.').optional(),
    inputs: textList('Files that the script reads.').optional(),
  }),
  table({ type: literal('overlay').since('august-2026') }),
  table({
    type: literal('snapshot').since('slipway'),
    package: packageName('Source package of the snapshot.'),
    file: text('Which of its files: orig, debian, dsc, or an exact file name.'),
    snapshot: text('Snapshot; omitted: the default snapshot of the project.').optional(),
  }),
  table({ type: literal('signing-key').since('slipway') }).describe(
    'The public key that signs the packages of the distribution.',
  ),
]);

const hashLength = { SHA256: 64, SHA512: 128 } as const;

export const sourceFile = table({
  filename: text('Name of the file as the spec names it.'),
  hash: string({ pattern: /^[0-9a-fA-F]+$/, must: 'must be hexadecimal' })
    .describe('Expected digest of the file.')
    .optional(),
  'hash-type': choice(['SHA256', 'SHA512']).describe('Algorithm of hash.').optional(),
  origin: origin.describe('Where the file comes from.').optional(),
  'replace-upstream': flag('Replaces the upstream file of the same name.').since('august-2026').optional(),
  'replace-reason': text('Why the upstream file is replaced.').since('august-2026').optional(),
})
  .check(['hash', 'hash-type'], ({ hash, hashType }, report) => {
    if (hash !== undefined && hashType !== undefined && hash.length !== hashLength[hashType]) {
      report(`a ${hashType} digest has ${hashLength[hashType]} hexadecimal digits, not ${hash.length}`, ['hash']);
    }
  })
  .check(['replace-upstream', 'replace-reason'], ({ replaceUpstream, replaceReason }, report) => {
    if (replaceUpstream === true && replaceReason === undefined) {
      report('replace-upstream needs a replace-reason');
    }
  });

const build = table({
  with: textList('Build conditionals to switch on.').optional(),
  without: textList('Build conditionals to switch off.').optional(),
  defines: namedTable(string()).describe('Macros to define.').optional(),
  undefines: textList('Macros to undefine.').optional(),
  'emit-upstream-provenance': flag('Defines macros with the upstream version and release.')
    .since('august-2026')
    .optional(),
  check: table({
    skip: flag('Skips the %check section.').optional(),
    skip_reason: text('Why it is skipped; required with skip.').optional(),
  })
    .check(['skip', 'skip_reason'], ({ skip, skipReason }, report) => {
      if (skip === true && skipReason === undefined) {
        report('skip needs a skip_reason');
      }
    })
    .describe('The %check section.')
    .optional(),
  failure: table({
    expected: flag('The build is expected to fail.').optional(),
    'expected-reason': text('Why it is expected to fail.').optional(),
  })
    .describe('What is known about failures.')
    .optional(),
  hints: table({ expensive: flag('The build takes long.').optional() })
    .describe('Hints for scheduling.')
    .optional(),
});

export const packagePublish = table({
  'rpm-channel': channel("Channel of the package; 'none': not published.").optional(),
  'debuginfo-channel': channel("Channel of debug packages; 'none': not published.").optional(),
  channel: channel('Old name of rpm-channel.').deprecated().optional(),
});

export const packageConfig = table({ publish: packagePublish.describe('Where it is published.').optional() });

const componentPublish = table({
  'rpm-channel': channel("Channel of the binary packages; 'none': not published.").optional(),
  'srpm-channel': channel("Channel of the source package; 'none': not published.").optional(),
  'debuginfo-channel': channel("Channel of debug packages; 'none': not published.").optional(),
});

/** `[components.<name>]` and every `default-component-config`. */
export const componentConfig = table({
  spec: specSource.describe('Where the spec comes from.').optional(),
  release: table({
    calculation: choice(['auto', 'manual', ''], { since: 'august-2026', words: ['autorelease', 'static'] })
      .describe('How the Release tag is counted; omitted: auto.')
      .optional(),
  })
    .describe('The Release tag.')
    .optional(),
  overlays: list(overlay).describe('Changes to the spec and the sources, in order.').optional(),
  'overlay-files': globList('Globs of overlay files; their changes follow those written here.')
    .since('august-2026')
    .optional(),
  build: build.describe('How it is built.').optional(),
  render: table({
    'skip-file-filter': flag('Keeps files that the spec does not name.').optional(),
  })
    .describe('How the spec is rendered.')
    .optional(),
  'source-files': list(sourceFile).describe('Further source files.').optional(),
  packages: namedTable(packageConfig).describe('Settings of single binary packages, by exact name.').optional(),
  publish: componentPublish.describe('Where its packages are published.').optional(),
  tests: foreignTests.describe('Its tests in the form of azldev 0.4 and later; not interpreted.').optional(),
}).named('Component', 'A component: one spec, its sources and how they are built and published.');

export type ComponentConfig = Output<typeof componentConfig>;
export type SourceFile = Output<typeof sourceFile>;
export type PackagePublish = Output<typeof packagePublish>;
export type ComponentPublish = Output<typeof componentPublish>;
export type BuildConfig = Output<typeof build>;
export type DistroReference = Output<typeof distroReference>;

export const componentGroup = table({
  description: about.optional(),
  metadata: foreignTable().since('august-2026').describe('Facts about the group; not interpreted.').optional(),
  components: textList('Names of the members.').optional(),
  specs: globList('Globs of local specs; each becomes a component named after the file.').optional(),
  'excluded-paths': globList('Globs of paths that specs leaves out.').optional(),
  'default-component-config': componentConfig.describe('What the members inherit.').optional(),
});

export type ComponentGroupConfig = Output<typeof componentGroup>;

export const packageGroup = table({
  description: about.optional(),
  packages: textList('Exact names of binary packages; a package is in at most one group.').optional(),
  'default-package-config': packageConfig.describe('What the packages inherit.').optional(),
});

export type PackageGroupConfig = Output<typeof packageGroup>;
