/** What composing adds to the files of packages, by the names under which a manifest and `image why` know it. */
export const imageRules = {
  'parent directories': 'a directory that files of packages lie in, and that no package brings itself',
  'standard directories': 'the directories and links of every system (file-hierarchy(7)) that no package brings',
  accounts: 'users and groups, from the sysusers.d files of the packages and the users of the image definition',
  'image definition': 'a file, directory or link of the image definition',
  homes: 'home directories and authorised keys of the users of the image definition',
  certificates: 'the bundle of the certificate authorities that packages bring',
  'linker cache': 'the cache of the dynamic linker, as ldconfig would write it',
  'systemd presets': 'units enabled or masked by the presets of the packages and the services of the image definition',
  'module indexes': 'indexes of the kernel modules, as depmod would write them',
  'message catalog': 'the catalog of the journal, as journalctl --update-catalog would write it',
  'hardware database': 'the hardware database, as systemd-hwdb update would write it',
  identity: 'name, locale, time zone and an empty machine-id, which is filled at the first boot',
  'modules to load': 'kernel modules that the image definition loads at boot',
  removals: 'taken out by the image definition',
  'update stamps': 'tells systemd that /etc and /var belong to this /usr (systemd-update-done.service(8))',
  'rpm database': 'the rpm database with the packages of the image',
  mounts: 'the mounts of the disk, by the identifiers of its partitions',
} as const;

export type ImageRule = keyof typeof imageRules;
