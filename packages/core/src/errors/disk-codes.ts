import type { ErrorArea } from './catalogue.ts';

export const diskCodes = {
  DISK_GPT_INVALID: {
    kind: 'input',
    meaning: 'A partition table was asked for with names, identifiers or sizes that GPT cannot hold.',
  },
  DISK_GPT_TOO_SMALL: { kind: 'input', meaning: 'A disk is smaller than its partitions and their tables.' },
  DISK_VHD_SIZE: {
    kind: 'input',
    meaning: 'The size of a disk is not one that Azure accepts for a VHD: whole MiB, from 20 MiB to 64 TiB.',
  },
  DISK_CONTENT_SIZE: { kind: 'integrity', meaning: 'A content has another size than was announced for it.' },
  DISK_PE_INVALID: { kind: 'input', meaning: 'A PE image (boot stub or kernel) is damaged or of an unknown kind.' },
  DISK_UKI_STUB: { kind: 'input', meaning: 'A boot stub cannot take further sections.' },
  DISK_UKI_SECTION: { kind: 'input', meaning: 'A section of a unified kernel image has an impossible name or size.' },
  DISK_UKI_SBAT: {
    kind: 'input',
    meaning: 'SBAT entries are malformed or do not fit into the section of the boot stub.',
  },
  DISK_OCI_INVALID: { kind: 'input', meaning: 'An OCI image was asked for with impossible names or settings.' },
  DISK_OCI_EXISTS: { kind: 'input', meaning: 'The directory for an OCI layout holds something else.' },
  DISK_EXT4_BAD_OPTION: { kind: 'input', meaning: 'A file system was asked for with settings that ext4 cannot have.' },
  DISK_EXT4_TOO_SMALL: { kind: 'input', meaning: 'A partition is smaller than the files it is to hold.' },
  DISK_EXT4_UNREPRESENTABLE: {
    kind: 'input',
    meaning: 'An entry cannot be stored in ext4: its owner, time, links, target or attributes exceed the format.',
  },
  DISK_FAT_BAD_OPTION: { kind: 'input', meaning: 'A file system was asked for with settings that FAT cannot have.' },
  DISK_FAT_TOO_SMALL: { kind: 'input', meaning: 'An EFI system partition is smaller than the files it is to hold.' },
  DISK_FAT_UNREPRESENTABLE: {
    kind: 'input',
    meaning: 'An entry cannot be stored in FAT: its type, name or size is not possible there.',
  },
  DISK_EROFS_BAD_OPTION: {
    kind: 'input',
    meaning: 'A file system was asked for with settings that EROFS cannot have.',
  },
  DISK_EROFS_KERNEL: {
    kind: 'input',
    meaning: 'The kernel that is to mount an EROFS file system cannot read something that it would have.',
  },
  DISK_EROFS_UNREPRESENTABLE: {
    kind: 'input',
    meaning: 'An entry cannot be stored in EROFS: its owner, target, device or attributes exceed the format.',
  },
  DISK_VERITY_BAD_OPTION: {
    kind: 'input',
    meaning: 'A hash tree was asked for with a size, salt or UUID that dm-verity cannot have.',
  },
  DISK_VERITY_SIGNATURE: {
    kind: 'input',
    meaning: 'The signature or the certificate for a verity signature partition is not in its standard form.',
  },
} as const satisfies ErrorArea;
