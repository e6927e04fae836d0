/**
 * What a systemd initrd (bootup(7), "Bootup in the initrd") needs to find a root file system by its partition and
 * switch to it. Optional entries are taken when the image has them.
 */
export interface InitrdProfile {
  readonly programs: readonly string[];
  readonly optionalPrograms: readonly string[];
  /** Names of unit files and links below /usr/lib/systemd/system. */
  readonly units: RegExp;
  readonly udevRules: RegExp;
  /** Features that libraries load with dlopen and that the initrd uses; others stay out. */
  readonly dlopenSonames: readonly string[];
}

const unitNames = [
  'initrd[^/]*\\.(target|service)',
  'systemd-(journald|udevd|udev-trigger|udev-settle|udev-load-credentials|modules-load|fsck|sysctl)[^/]*\\.(service|socket)',
  'systemd-(fsck-root|fsck@|halt|poweroff|reboot|kexec)\\.service',
  'kmod-static-nodes\\.service',
  '(basic|sysinit|local-fs|local-fs-pre|sockets|slices|paths|timers|swap|umount|shutdown|final|emergency|rescue)\\.target',
  '(halt|poweroff|reboot|kexec|exit|default|initrd-usr-fs)\\.target',
];

export const systemdProfile: InitrdProfile = {
  programs: [
    '/usr/lib/systemd/systemd',
    '/usr/lib/systemd/systemd-executor',
    '/usr/lib/systemd/systemd-journald',
    '/usr/lib/systemd/systemd-modules-load',
    '/usr/lib/systemd/systemd-shutdown',
    '/usr/lib/systemd/systemd-sysroot-fstab-check',
    '/usr/lib/systemd/systemd-udevd',
    '/usr/lib/systemd/system-generators/systemd-fstab-generator',
    '/usr/bin/kmod',
    '/usr/bin/mount',
    '/usr/bin/systemctl',
    '/usr/bin/udevadm',
    '/usr/bin/umount',
  ],
  optionalPrograms: [
    '/usr/lib/systemd/systemd-fsck',
    '/usr/lib/systemd/systemd-sysctl',
    '/usr/lib/udev/ata_id',
    '/usr/lib/udev/scsi_id',
    '/usr/sbin/e2fsck',
    '/usr/sbin/fsck',
    '/usr/sbin/fsck.ext4',
    '/usr/sbin/modprobe',
  ],
  units: new RegExp(`^(${unitNames.join('|')})$`),
  udevRules: /^(50-udev-default|60-block|60-persistent-storage|64-ext4|80-drivers|99-systemd)\.rules$/,
  dlopenSonames: ['libblkid.so.1', 'libkmod.so.2', 'libmount.so.1'],
};
