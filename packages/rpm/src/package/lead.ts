import { SlipwayError } from '@slipway/core';

export const leadBytes = 96;

const magic = Buffer.from('edabeedb', 'hex');
const nameBytes = 66;
/** "Signature in the style of a header": the only kind there is since rpm 2.1. */
const headerSignatures = 5;

/** The 96 bytes that file(1) knows packages by; rpm itself trusts nothing in it but the magic number. */
export interface Lead {
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly isSource: boolean;
  /** `name-version-release`, cut to 65 bytes. */
  readonly name: string;
}

/** Throws `RPM_NOT_A_PACKAGE`. */
export function readLead(bytes: Buffer, file: string): Lead {
  if (bytes.length < leadBytes || !bytes.subarray(0, magic.length).equals(magic)) {
    throw new SlipwayError('RPM_NOT_A_PACKAGE', `Cannot read ${file}: it is not an RPM package`, {
      hint: 'an RPM package begins with the bytes ed ab ee db',
      at: { file, offset: 0 },
    });
  }
  const name = bytes.subarray(10, 10 + nameBytes);
  const end = name.indexOf(0);
  return {
    majorVersion: bytes.readUInt8(4),
    minorVersion: bytes.readUInt8(5),
    isSource: bytes.readUInt16BE(6) === 1,
    name: name.toString('latin1', 0, end < 0 ? nameBytes : end),
  };
}

/** The lead of a binary package as rpm 6 writes it: no architecture and no system, which nobody reads. */
export function writeLead(name: string, format: 4 | 6): Buffer {
  const lead = Buffer.alloc(leadBytes);
  magic.copy(lead);
  lead.writeUInt8(format === 6 ? 4 : 3, 4);
  Buffer.from(name, 'utf8').copy(lead, 10, 0, nameBytes - 1);
  lead.writeUInt16BE(headerSignatures, 78);
  return lead;
}
