import { z } from 'zod';
import { componentConfig, componentGroup, distroReference, packageConfig, packageGroup } from './component.ts';
import { distroConfig } from './distro.ts';
import { imageConfig } from './image.ts';
import { resources } from './resources.ts';
import { about, filePath, globList, imagePath, packageName, sha256Text, text } from './scalars.ts';
import { snapshotSource } from './snapshot.ts';
import { namedTable, sinceAugust, sinceSlipway, table } from './table.ts';
import { testSuite } from './test-suite.ts';

/** 9999-12-31: later times do not fit into ISO 8601 with four-digit years. */
const lastSecond = 253402300799;

const projectInfo = table({
  description: about.exactOptional(),
  'log-dir': filePath('Logs; omitted: build/logs.').exactOptional(),
  'work-dir': filePath('Work files; omitted: build/work.').exactOptional(),
  'output-dir': filePath('Results; omitted: out.').exactOptional(),
  'rendered-specs-dir': filePath('Rendered specs; omitted: specs.').exactOptional(),
  'lock-dir': filePath('Lock files; omitted: locks.').exactOptional(),
  'default-distro': distroReference.describe('The distribution that is built.').exactOptional(),
  'default-author-email': text('Author of generated changelog entries.').exactOptional(),
  'default-snapshot': text('Snapshot that is meant when none is named; omitted: the only one.')
    .meta(sinceSlipway)
    .exactOptional(),
  'source-date-epoch': z
    .int()
    .min(0)
    .max(lastSecond)
    .describe('Seconds since 1970: the time that everything built carries; omitted: the date of the snapshot.')
    .meta(sinceSlipway)
    .exactOptional(),
});

const tools = table({
  imageCustomizer: table({
    containerTag: text('Container image of the Image Customizer.').exactOptional(),
  })
    .describe('The Image Customizer.')
    .exactOptional(),
});

const buildEnvironment = table({
  packages: z.array(packageName('Binary package.')).describe('Packages of every build root.').exactOptional(),
  macros: namedTable(z.string()).describe('RPM macros of every build.').exactOptional(),
  links: z
    .record(imagePath('Path in the build root.'), text('What the symbolic link points to.'))
    .describe('Symbolic links of every build root, by path: what update-alternatives would have made.')
    .exactOptional(),
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
  kind: z.enum(scriptletKinds).describe('Which of its scriptlets.'),
  sha256: sha256Text('Digest of its text: a changed scriptlet needs a new decision.').exactOptional(),
  action: z.enum(['skip', 'emulate']).describe('skip: without effect in an image; emulate: carried out declaratively.'),
  reason: text('Why that is right.'),
});

/** A project file: every table may stand in any file of the project. */
export const configFile = table({
  $schema: z.string().describe('Address of the JSON Schema, for editors.').exactOptional(),
  includes: globList('Globs of further files, relative to this one.').exactOptional(),
  project: projectInfo.describe('Basic facts and directories.').exactOptional(),
  distros: namedTable(distroConfig)
    .describe('Distributions to build, and those to take components from.')
    .exactOptional(),
  resources: resources.describe('Repositories.').meta(sinceAugust).exactOptional(),
  components: namedTable(componentConfig).describe('What the distribution is built from.').exactOptional(),
  'component-groups': namedTable(componentGroup).describe('Components with common defaults.').exactOptional(),
  images: namedTable(imageConfig).describe('Images of the distribution.').exactOptional(),
  tools: tools.describe('Settings of tools that azldev runs.').exactOptional(),
  'default-component-config': componentConfig.describe('What every component inherits.').exactOptional(),
  'default-package-config': packageConfig.describe('What every binary package inherits.').exactOptional(),
  'package-groups': namedTable(packageGroup).describe('Binary packages with common settings.').exactOptional(),
  'test-suites': namedTable(testSuite).describe('Tests of images.').exactOptional(),
  snapshots: namedTable(snapshotSource)
    .describe('Where upstream packages come from.')
    .meta(sinceSlipway)
    .exactOptional(),
  'build-environment': buildEnvironment.describe('What every build root has.').meta(sinceSlipway).exactOptional(),
  scriptlets: z
    .array(scriptletPolicy)
    .describe('What scriptlets mean that Slipway does not know.')
    .meta(sinceSlipway)
    .exactOptional(),
}).meta({ id: 'Project', description: 'A file of a Slipway or azldev project.' });

export type ConfigFile = z.output<typeof configFile>;
export type ProjectInfo = z.output<typeof projectInfo>;
export type Tools = z.output<typeof tools>;
export type BuildEnvironment = z.output<typeof buildEnvironment>;
export type ScriptletPolicy = z.output<typeof scriptletPolicy>;
