import { list, namedTable } from '../definition/collection-kinds.ts';
import type { Output } from '../definition/definition.ts';
import { choice, integer, string } from '../definition/scalar-kinds.ts';
import { table } from '../definition/table.ts';
import { componentConfig, componentGroup, distroReference, packageConfig, packageGroup } from './component.ts';
import { distroConfig } from './distro.ts';
import { imageConfig } from './image.ts';
import { resources } from './resources.ts';
import { about, filePath, globList, imagePath, packageName, sha256Text, text } from './scalars.ts';
import { snapshotSource } from './snapshot.ts';
import { foreignTests, testSuite } from './test-suite.ts';

/** 9999-12-31: later times do not fit into ISO 8601 with four-digit years. */
const lastSecond = 253402300799;

const projectInfo = table({
  description: about.optional(),
  'log-dir': filePath('Logs; omitted: build/logs.').optional(),
  'work-dir': filePath('Work files; omitted: build/work.').optional(),
  'output-dir': filePath('Results; omitted: out.').optional(),
  'rendered-specs-dir': filePath('Rendered specs; omitted: specs.').optional(),
  'lock-dir': filePath('Lock files; omitted: locks.').optional(),
  'default-distro': distroReference.describe('The distribution that is built.').optional(),
  'default-author-email': text('Author of generated changelog entries; omitted: slipway@example.org.').optional(),
  'default-snapshot': text('Snapshot that is meant when none is named; omitted: the only one.')
    .since('slipway')
    .optional(),
  'source-date-epoch': integer(0, lastSecond)
    .describe('Seconds since 1970: the time that everything built carries; omitted: the date of the snapshot.')
    .since('slipway')
    .optional(),
});

const tools = table({
  imageCustomizer: table({
    containerTag: text('Container image of the Image Customizer.').optional(),
  })
    .describe('The Image Customizer.')
    .optional(),
});

const buildEnvironment = table({
  packages: list(packageName('Binary package.')).describe('Packages of every build root.').optional(),
  macros: namedTable(string()).describe('RPM macros of every build.').optional(),
  links: namedTable(text('What the symbolic link points to.'), imagePath('Path in the build root.'))
    .describe('Symbolic links of every build root, by path: what update-alternatives would have made.')
    .optional(),
});

export const scriptletKinds = [
  'pre',
  'post',
  'preun',
  'postun',
  'pretrans',
  'posttrans',
  'preuntrans',
  'postuntrans',
  'verify',
  'triggerprein',
  'triggerin',
  'triggerun',
  'triggerpostun',
  'filetriggerin',
  'filetriggerun',
  'filetriggerpostun',
  'transfiletriggerin',
  'transfiletriggerun',
  'transfiletriggerpostun',
] as const;

const scriptletPolicy = table({
  package: packageName('Package that has the scriptlet.'),
  kind: choice(scriptletKinds).describe('Which of its scriptlets.'),
  sha256: sha256Text('Digest of its text: a changed scriptlet needs a new decision.').optional(),
  action: choice(['skip', 'emulate']).describe('skip: without effect in an image; emulate: carried out declaratively.'),
  reason: text('Why that is right.'),
});

/** A project file: every table may stand in any file of the project. */
export const configFile = table({
  $schema: string().describe('Address of the JSON Schema, for editors.').optional(),
  includes: globList('Globs of further files, relative to this one.').optional(),
  project: projectInfo.describe('Basic facts and directories.').optional(),
  distros: namedTable(distroConfig).describe('Distributions to build, and those to take components from.').optional(),
  resources: resources.describe('Repositories.').since('august-2026').optional(),
  components: namedTable(componentConfig).describe('What the distribution is built from.').optional(),
  'component-groups': namedTable(componentGroup).describe('Components with common defaults.').optional(),
  images: namedTable(imageConfig).describe('Images of the distribution.').optional(),
  tools: tools.describe('Settings of tools that azldev runs.').optional(),
  'default-component-config': componentConfig.describe('What every component inherits.').optional(),
  'default-package-config': packageConfig.describe('What every binary package inherits.').optional(),
  'package-groups': namedTable(packageGroup).describe('Binary packages with common settings.').optional(),
  'test-suites': namedTable(testSuite).describe('Tests of images.').optional(),
  tests: foreignTests.describe('Tests in the form of azldev 0.4 and later; not interpreted.').optional(),
  'test-groups': foreignTests.describe('Groups of such tests; not interpreted.').optional(),
  snapshots: namedTable(snapshotSource).describe('Where upstream packages come from.').since('slipway').optional(),
  'build-environment': buildEnvironment.describe('What every build root has.').since('slipway').optional(),
  scriptlets: list(scriptletPolicy)
    .describe('What scriptlets mean that Slipway does not know.')
    .since('slipway')
    .optional(),
}).named('Project', 'A file of a Slipway or azldev project.');

export type ConfigFile = Output<typeof configFile>;
export type ProjectInfo = Output<typeof projectInfo>;
export type Tools = Output<typeof tools>;
export type BuildEnvironment = Output<typeof buildEnvironment>;
export type ScriptletPolicy = Output<typeof scriptletPolicy>;
