import { SlipwayError } from '@slipway/core';

/** Capability names by bit (linux/capability.h). */
const names =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'.split(
    ' ',
  );

/** struct vfs_cap_data: magic and effective flag, then permitted and inheritable masks, low words first. */
const revisionTwo = 0x0200_0000;

/** The value of `security.capability` as text in the form of cap_to_text(3), for example `cap_net_raw=ep`. */
export function formatFileCapabilities(value: Uint8Array, path: string): string {
  const bytes = Buffer.from(value);
  if (bytes.length !== 20 || (bytes.readUInt32LE(0) & 0xff00_0000) >>> 0 !== revisionTwo) {
    throw new SlipwayError(
      'UPSTREAM_BAD_PACKAGE',
      `Cannot import ${path}: its file capabilities are not of revision 2`,
    );
  }
  const effective = (bytes.readUInt32LE(0) & 1) === 1;
  const groups = new Map<string, string[]>();
  for (const [bit, name] of names.entries()) {
    const word = bit < 32 ? 4 : 12;
    const mask = 1 << (bit % 32);
    const permitted = (bytes.readUInt32LE(word) & mask) !== 0;
    const inheritable = (bytes.readUInt32LE(word + 4) & mask) !== 0;
    if (permitted || inheritable) {
      const letters = `${effective ? 'e' : ''}${inheritable ? 'i' : ''}${permitted ? 'p' : ''}`;
      groups.set(letters, [...(groups.get(letters) ?? []), `cap_${name}`]);
    }
  }
  return [...groups].map(([letters, members]) => `${members.join(',')}=${letters}`).join(' ');
}
