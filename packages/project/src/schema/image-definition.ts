import { list, namedTable } from '../definition/collection-kinds.ts';
import type { Output } from '../definition/definition.ts';
import { choice, converted, integer, string } from '../definition/scalar-kinds.ts';
import { table } from '../definition/table.ts';
import { sizeBytes } from '../size.ts';
import { filePath, flag, imagePath, packageName, text, textList } from './scalars.ts';

function size(description: string) {
  return converted(
    string(),
    (value, reading) =>
      sizeBytes(value) ?? reading.report('must be a size such as "512 MiB" (B, kB, MB, GB, KiB, MiB, GiB)'),
    (bytes) => `${bytes} B`,
  ).describe(description);
}

function packageNames(description: string) {
  return list(packageName('Binary package.')).describe(description);
}

const mode = converted(
  string({ pattern: /^0?[0-7]{3,4}$/, must: 'must be an octal mode such as "0644"' }),
  (digits) => Number.parseInt(digits, 8),
  (bits) => bits.toString(8).padStart(4, '0'),
).describe('Permission bits in octal, such as "0644".');

const owner = text('Name or number of the user; omitted: root.').optional();
const group = text('Name or number of the group; omitted: root.').optional();

const unitName = string({
  pattern: /^[A-Za-z0-9:_.\\@-]+\.(?:service|socket|timer|target|mount|automount|path|slice|swap|device|scope)$/,
  must: 'must be the name of a unit with its suffix, such as "sshd.service"',
});

const kernel = table({
  package: packageName('Package of the kernel, or the one that requires the newest.'),
  cmdline: string().describe('Kernel command line, without root=.').optional(),
  modules: textList('Modules that are loaded at boot.').optional(),
});

const initrd = table({
  packages: packageNames('Packages that the initrd is made from.').optional(),
  modules: textList('Kernel modules in the initrd, with what they depend on.').optional(),
  files: list(imagePath('Path in the image.')).describe('Files of the image that it also contains.').optional(),
});

export const diskFormats = ['raw', 'qcow2', 'vhd', 'vhd-dynamic', 'vhdx', 'iso'] as const;

const disk = table({
  'esp-size': size('Size of the EFI system partition.').optional(),
  'root-size': size('Size of the root file system.').optional(),
  'free-space': size('Space left free in the root file system; instead of root-size.').optional(),
  formats: list(choice(diskFormats), 1)
    .describe('Disk formats to write (vhd is the fixed one that Azure takes, iso also boots as a CD); omitted: raw.')
    .optional(),
  'qcow2-compression': choice(['none', 'zlib', 'zstd'])
    .describe('Compression of qcow2 clusters: zlib for every reader, zstd for QEMU 5.1 and later; omitted: none.')
    .optional(),
  'root-label': string({ pattern: /^[\x21-\x7e]{1,16}$/, must: 'must be 1 to 16 printable ASCII characters' })
    .describe('Label of the root file system.')
    .optional(),
}).check(['root-size', 'free-space'], ({ rootSize, freeSpace }, report) => {
  if (rootSize !== undefined && freeSpace !== undefined) {
    report('cannot stand together with root-size', ['free-space']);
  }
});

const container = table({
  entrypoint: list(string()).describe('Program and first arguments.').optional(),
  cmd: list(string()).describe('Default arguments.').optional(),
  env: namedTable(string()).describe('Environment.').optional(),
  labels: namedTable(string()).describe('OCI labels.').optional(),
  user: text('User that the program runs as.').optional(),
  'working-dir': imagePath('Directory that the program starts in.').optional(),
  compression: choice(['gzip', 'zstd', 'none']).describe('Compression of the layers; omitted: gzip.').optional(),
});

const account = table({
  uid: integer(0, 4294967294).describe('Number; omitted: the next free one.').optional(),
  group: text('Primary group; omitted: one of the same name.').optional(),
  groups: textList('Further groups.').optional(),
  home: imagePath('Home directory.').optional(),
  shell: imagePath('Login shell.').optional(),
  description: string({ pattern: /^[^:\n]*$/, must: 'must not contain ":" or a line end' })
    .describe('Full name.')
    .optional(),
  'password-hash': string({ pattern: /^[^:\s]+$/, must: 'must be a crypt(5) hash' })
    .describe('crypt(5) hash; omitted: no password.')
    .optional(),
  'ssh-authorized-keys': textList('Lines of authorized_keys.').optional(),
  system: flag('A system account.').optional(),
});

const services = table({
  enable: list(unitName).describe('Units to enable.').optional(),
  disable: list(unitName).describe('Units to disable.').optional(),
  mask: list(unitName).describe('Units that can never start.').optional(),
});

const file = table({
  path: imagePath('Where the file goes.'),
  content: string().describe('Its text.').optional(),
  source: filePath('File to copy; instead of content.').optional(),
  mode: mode.optional(),
  owner,
  group,
}).check(['content', 'source'], ({ content, source }, report) => {
  if ((content === undefined) === (source === undefined)) {
    report('needs exactly one of content and source');
  }
});

const directory = table({ path: imagePath('The directory.'), mode: mode.optional(), owner, group });

const link = table({ path: imagePath('Where the symbolic link goes.'), target: text('What it points to.') });

const removal = table({
  path: string({ pattern: /^\/[^\x00]+$/, must: 'must be an absolute path or glob' }).describe(
    'Glob of the paths to remove.',
  ),
  reason: text('Why they are not in the image.'),
});

/** An image definition file. */
export const imageDefinition = table({
  $schema: string().describe('Address of the JSON Schema, for editors.').optional(),
  description: text('What the image is for, in one sentence.'),
  base: text('Image of the project whose definition this one extends.').optional(),
  packages: packageNames('Packages to install, with what they require.').optional(),
  'exclude-packages': packageNames('Packages that must not be installed.').optional(),
  'exclude-docs': flag('Leaves documentation out.').optional(),
  languages: textList('Languages whose translations are kept; omitted: all.').optional(),
  'weak-dependencies': flag('Also installs what packages recommend; omitted: no.').optional(),
  hostname: string({ pattern: /^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/, must: 'must be a host name' })
    .describe('Host name.')
    .optional(),
  locale: string({ pattern: /^[A-Za-z0-9_.@-]+$/, must: 'must be a locale such as "C.UTF-8"' })
    .describe('LANG.')
    .optional(),
  timezone: string({ pattern: /^[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+)*$/, must: 'must be a zone such as "Europe/Oslo"' })
    .describe('Time zone.')
    .optional(),
  variant: text('Edition: a key of identity.variants.').optional(),
  'hardware-database': flag(
    "Writes udev's database of hardware names (14 MB); omitted: no, virtual machines have no peripherals to name.",
  ).optional(),
  kernel: kernel.describe('The kernel; omitted: an image without one.').optional(),
  initrd: initrd.describe('The initial file system that finds the root.').optional(),
  disk: disk.describe('Disk images to write.').optional(),
  container: container.describe('OCI image to write.').optional(),
  users: namedTable(account).describe('Accounts besides those of the packages.').optional(),
  services: services.describe('Which units start.').optional(),
  files: list(file).describe('Files to add or replace.').optional(),
  directories: list(directory).describe('Directories to add.').optional(),
  links: list(link).describe('Symbolic links to add.').optional(),
  remove: list(removal).describe('What is taken out after everything is installed.').optional(),
})
  .check(['packages', 'exclude-packages'], ({ packages, excludePackages }, report) => {
    const excluded = new Set(excludePackages);
    packages?.forEach((name, index) => {
      if (excluded.has(name)) {
        report(`${name} is also in exclude-packages`, ['packages', index]);
      }
    });
  })
  .named('ImageDefinition', 'What an image consists of.');

export type ImageDefinition = Output<typeof imageDefinition>;
