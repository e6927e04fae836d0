import { ByteWriter, SlipwayError } from '@slipway/core';

/** Capability names by bit (include/uapi/linux/capability.h). */
const capabilityNames = [
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service',
  'net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct',
  'sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap',
  'mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore',
].flatMap((row) => row.split(' ').map((name) => `cap_${name}`));

/** VFS_CAP_REVISION_2 (include/uapi/linux/capability.h); the lowest bit of the word is "effective". */
const revision2 = 0x02000000;
const effectiveBit = 1;

/**
 * The `security.capability` attribute (20 bytes) for the text form of RPMTAG_FILECAPS, for example
 * `cap_net_raw,cap_net_admin=ep` or `= cap_net_raw+ep` (cap_from_text(3)).
 * Throws COMPOSE_BAD_CAPABILITY for unknown names, and where some but not all capabilities are to be effective.
 */
export function encodeFileCapabilities(text: string, path: string): Uint8Array {
  const sets = { p: 0n, i: 0n, e: 0n };
  for (const clause of text.trim().split(/\s+/)) {
    applyClause(clause, sets, path);
  }
  if (sets.e !== 0n && sets.e !== (sets.p | sets.i)) {
    throw badCapability(text, path); // one bit is all that the attribute has for "effective"
  }
  const effective = sets.e === 0n ? 0 : effectiveBit;
  const low = (set: bigint) => Number(set & 0xffffffffn);
  const high = (set: bigint) => Number(set >> 32n);
  return new ByteWriter(20)
    .u32le(revision2 | effective)
    .u32le(low(sets.p))
    .u32le(low(sets.i))
    .u32le(high(sets.p))
    .u32le(high(sets.i))
    .finish();
}

/**
 * The text form of a `security.capability` attribute as cap_to_text(3) words file capabilities: one clause, such as
 * `cap_net_admin,cap_net_raw=ep`. Undefined for what has no such form: other revisions and lengths, unknown bits,
 * permitted and inheritable sets that differ.
 */
export function decodeFileCapabilities(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length !== 20 || (view.getUint32(0, true) & ~effectiveBit) >>> 0 !== revision2) {
    return undefined;
  }
  const set = (at: number) => BigInt(view.getUint32(at, true)) | (BigInt(view.getUint32(at + 8, true)) << 32n);
  const [permitted, inheritable] = [set(4), set(8)];
  const either = permitted | inheritable;
  const known = (1n << BigInt(capabilityNames.length)) - 1n;
  const isMixed = permitted !== 0n && inheritable !== 0n && permitted !== inheritable;
  if (isMixed || (either & ~known) !== 0n || either === 0n) {
    return undefined;
  }
  const flags = [
    (view.getUint32(0, true) & effectiveBit) === 0 ? '' : 'e',
    inheritable === 0n ? '' : 'i',
    permitted === 0n ? '' : 'p',
  ];
  const names =
    either === known ? '' : capabilityNames.filter((_, bit) => ((either >> BigInt(bit)) & 1n) === 1n).join();
  return `${names}=${flags.join('')}`;
}

type CapabilitySets = { p: bigint; i: bigint; e: bigint };

function applyClause(clause: string, sets: CapabilitySets, path: string): void {
  const match = /^([a-z0-9_,]*)((?:[=+-][eip]*)+)$/i.exec(clause);
  if (match === null) {
    throw badCapability(clause, path);
  }
  const bits = capabilityBits(match[1] ?? '', path);
  for (const [, operator = '', flags = ''] of (match[2] ?? '').matchAll(/([=+-])([eip]*)/g)) {
    applyOperator(operator, flags, bits, sets);
  }
}

function applyOperator(operator: string, flags: string, bits: bigint, sets: CapabilitySets): void {
  for (const flag of ['e', 'i', 'p'] as const) {
    if (operator === '=') {
      sets[flag] &= ~bits;
    }
    if (flags.includes(flag)) {
      sets[flag] = operator === '-' ? sets[flag] & ~bits : sets[flag] | bits;
    }
  }
}

function capabilityBits(names: string, path: string): bigint {
  if (names === '' || names === 'all') {
    return (1n << BigInt(capabilityNames.length)) - 1n;
  }
  let bits = 0n;
  for (const name of names.toLowerCase().split(',')) {
    const bit = capabilityNames.indexOf(name);
    if (bit < 0) {
      throw badCapability(name, path);
    }
    bits |= 1n << BigInt(bit);
  }
  return bits;
}

function badCapability(text: string, path: string): SlipwayError {
  return new SlipwayError(
    'COMPOSE_BAD_CAPABILITY',
    `Cannot set file capabilities of ${path}: ${JSON.stringify(text)}`,
    {
      hint: 'the form is that of cap_from_text(3), for example cap_net_raw=ep',
    },
  );
}
