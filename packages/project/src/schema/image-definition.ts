import { z } from 'zod';
import { sizeBytes } from '../size.ts';
import { filePath, flag, imagePath, packageName, text, textList } from './scalars.ts';
import { namedTable, table } from './table.ts';

function size(description: string) {
  return z
    .string()
    .describe(description)
    .transform((value, context) => {
      const bytes = sizeBytes(value);
      if (bytes === undefined) {
        context.addIssue({
          code: 'custom',
          message: 'must be a size such as "512 MiB" (B, kB, MB, GB, KiB, MiB, GiB)',
        });
        return z.NEVER;
      }
      return bytes;
    });
}

function packageNames(description: string) {
  return z.array(packageName('Binary package.')).describe(description);
}

const mode = z
  .string()
  .regex(/^0?[0-7]{3,4}$/, 'must be an octal mode such as "0644"')
  .transform((digits) => Number.parseInt(digits, 8))
  .describe('Permission bits in octal, such as "0644".');

const owner = text('Name or number of the user; omitted: root.').exactOptional();
const group = text('Name or number of the group; omitted: root.').exactOptional();

const unitName = z
  .string()
  .regex(
    /^[A-Za-z0-9:_.\\@-]+\.(?:service|socket|timer|target|mount|automount|path|slice|swap|device|scope)$/,
    'must be the name of a unit with its suffix, such as "sshd.service"',
  );

const kernel = table({
  package: packageName('Package of the kernel, or the one that requires the newest.'),
  cmdline: z.string().describe('Kernel command line, without root=.').exactOptional(),
  modules: textList('Modules that are loaded at boot.').exactOptional(),
});

const initrd = table({
  packages: packageNames('Packages that the initrd is made from.').exactOptional(),
  modules: textList('Kernel modules in the initrd, with what they depend on.').exactOptional(),
  files: z.array(imagePath('Path in the image.')).describe('Files of the image that it also contains.').exactOptional(),
});

export const diskFormats = ['raw', 'vhd', 'vhdx', 'qcow2'] as const;

const disk = table({
  'esp-size': size('Size of the EFI system partition.').exactOptional(),
  'root-size': size('Size of the root file system.').exactOptional(),
  'free-space': size('Space left free in the root file system; instead of root-size.').exactOptional(),
  formats: z.array(z.enum(diskFormats)).min(1).describe('Disk formats to write; omitted: raw.').exactOptional(),
  'root-label': z
    .string()
    .regex(/^[\x21-\x7e]{1,16}$/, 'must be 1 to 16 printable ASCII characters')
    .describe('Label of the root file system.')
    .exactOptional(),
}).superRefine((value, context) => {
  if (value.rootSize !== undefined && value.freeSpace !== undefined) {
    context.addIssue({ code: 'custom', path: ['free-space'], message: 'cannot stand together with root-size' });
  }
});

const container = table({
  entrypoint: z.array(z.string()).describe('Program and first arguments.').exactOptional(),
  cmd: z.array(z.string()).describe('Default arguments.').exactOptional(),
  env: namedTable(z.string()).describe('Environment.').exactOptional(),
  labels: namedTable(z.string()).describe('OCI labels.').exactOptional(),
  user: text('User that the program runs as.').exactOptional(),
  'working-dir': imagePath('Directory that the program starts in.').exactOptional(),
  compression: z.enum(['gzip', 'zstd', 'none']).describe('Compression of the layers; omitted: gzip.').exactOptional(),
});

const account = table({
  uid: z.int().min(0).max(4294967294).describe('Number; omitted: the next free one.').exactOptional(),
  group: text('Primary group; omitted: one of the same name.').exactOptional(),
  groups: textList('Further groups.').exactOptional(),
  home: imagePath('Home directory.').exactOptional(),
  shell: imagePath('Login shell.').exactOptional(),
  description: z
    .string()
    .regex(/^[^:\n]*$/, 'must not contain ":" or a line end')
    .describe('Full name.')
    .exactOptional(),
  'password-hash': z
    .string()
    .regex(/^[^:\s]+$/, 'must be a crypt(5) hash')
    .describe('crypt(5) hash; omitted: no password.')
    .exactOptional(),
  'ssh-authorized-keys': textList('Lines of authorized_keys.').exactOptional(),
  system: flag('A system account.').exactOptional(),
});

const services = table({
  enable: z.array(unitName).describe('Units to enable.').exactOptional(),
  disable: z.array(unitName).describe('Units to disable.').exactOptional(),
  mask: z.array(unitName).describe('Units that can never start.').exactOptional(),
});

const file = table({
  path: imagePath('Where the file goes.'),
  content: z.string().describe('Its text.').exactOptional(),
  source: filePath('File to copy; instead of content.').exactOptional(),
  mode: mode.exactOptional(),
  owner,
  group,
}).superRefine((entry, context) => {
  if ((entry.content === undefined) === (entry.source === undefined)) {
    context.addIssue({ code: 'custom', path: [], message: 'needs exactly one of content and source' });
  }
});

const directory = table({ path: imagePath('The directory.'), mode: mode.exactOptional(), owner, group });

const link = table({ path: imagePath('Where the symbolic link goes.'), target: text('What it points to.') });

const removal = table({
  path: z
    .string()
    .regex(/^\/[^\0]+$/, 'must be an absolute path or glob')
    .describe('Glob of the paths to remove.'),
  reason: text('Why they are not in the image.'),
});

/** An image definition file. */
export const imageDefinition = table({
  $schema: z.string().describe('Address of the JSON Schema, for editors.').exactOptional(),
  description: text('What the image is for, in one sentence.'),
  base: text('Image of the project whose definition this one extends.').exactOptional(),
  packages: packageNames('Packages to install, with what they require.').exactOptional(),
  'exclude-packages': packageNames('Packages that must not be installed.').exactOptional(),
  'exclude-docs': flag('Leaves documentation out.').exactOptional(),
  languages: textList('Languages whose translations are kept; omitted: all.').exactOptional(),
  'weak-dependencies': flag('Also installs what packages recommend; omitted: no.').exactOptional(),
  hostname: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/, 'must be a host name')
    .describe('Host name.')
    .exactOptional(),
  locale: z
    .string()
    .regex(/^[A-Za-z0-9_.@-]+$/, 'must be a locale such as "C.UTF-8"')
    .describe('LANG.')
    .exactOptional(),
  timezone: z
    .string()
    .regex(/^[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+)*$/, 'must be a zone such as "Europe/Oslo"')
    .describe('Time zone.')
    .exactOptional(),
  variant: text('Edition: a key of identity.variants.').exactOptional(),
  'hardware-database': flag(
    "Writes udev's database of hardware names (14 MB); omitted: no, virtual machines have no peripherals to name.",
  ).exactOptional(),
  kernel: kernel.describe('The kernel; omitted: an image without one.').exactOptional(),
  initrd: initrd.describe('The initial file system that finds the root.').exactOptional(),
  disk: disk.describe('Disk images to write.').exactOptional(),
  container: container.describe('OCI image to write.').exactOptional(),
  users: namedTable(account).describe('Accounts besides those of the packages.').exactOptional(),
  services: services.describe('Which units start.').exactOptional(),
  files: z.array(file).describe('Files to add or replace.').exactOptional(),
  directories: z.array(directory).describe('Directories to add.').exactOptional(),
  links: z.array(link).describe('Symbolic links to add.').exactOptional(),
  remove: z.array(removal).describe('What is taken out after everything is installed.').exactOptional(),
})
  .superRefine((image, context) => {
    const excluded = new Set(image.excludePackages);
    image.packages?.forEach((name, index) => {
      if (excluded.has(name)) {
        context.addIssue({ code: 'custom', path: ['packages', index], message: `${name} is also in exclude-packages` });
      }
    });
  })
  .meta({ id: 'ImageDefinition', description: 'What an image consists of.' });

export type ImageDefinition = z.output<typeof imageDefinition>;
