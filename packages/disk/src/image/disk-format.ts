import type { IsoVolume } from '../iso/plan-iso.ts';
import type { Qcow2Compression } from '../qcow2/compressed-qcow2.ts';
import type { VhdIdentity } from '../vhd/vhd-footer.ts';
import type { VhdxIdentity } from '../vhdx/plan-vhdx.ts';

/** What the file of a format is called and served as. */
export interface DiskFormatNames {
  /** For people. */
  readonly title: string;
  /** Behind the name of the disk. */
  readonly suffix: string;
  /** IANA's registry where it has one (`vnd.efi.*`), otherwise freedesktop.org's shared-mime-info. */
  readonly mediaType: string;
}

export const diskFormats = {
  raw: { title: 'raw disk', suffix: '.raw', mediaType: 'application/vnd.efi.img' },
  qcow2: { title: 'qcow2', suffix: '.qcow2', mediaType: 'application/x-qemu-disk' },
  vhd: { title: 'VHD', suffix: '.vhd', mediaType: 'application/x-vhd-disk' },
  'vhd-dynamic': { title: 'dynamic VHD', suffix: '.dynamic.vhd', mediaType: 'application/x-vhd-disk' },
  vhdx: { title: 'VHDX', suffix: '.vhdx', mediaType: 'application/x-vhdx-disk' },
  iso: { title: 'hybrid ISO', suffix: '.iso', mediaType: 'application/vnd.efi.iso' },
} as const satisfies Readonly<Record<string, DiskFormatNames>>;

export type DiskFormat = keyof typeof diskFormats;

interface OutputOf<F extends DiskFormat> {
  readonly format: F;
  readonly path: string;
}

/** One file that holds the disk. Everything that others take from clocks and random numbers is an argument. */
export type DiskOutput =
  | OutputOf<'raw'>
  | (OutputOf<'qcow2'> & { readonly compression?: Qcow2Compression | undefined })
  | (OutputOf<'vhd' | 'vhd-dynamic'> & { readonly identity: VhdIdentity })
  | (OutputOf<'vhdx'> & { readonly identity: VhdxIdentity })
  | (OutputOf<'iso'> & { readonly volume: IsoVolume });
