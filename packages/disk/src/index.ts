export { type BlockWriter, FileBlockWriter, windowOf, writeBlockFile } from './block-writer.ts';
export { writeDirectory } from './directory/write-directory.ts';
export type { ErofsCompression, ErofsOptions } from './erofs/erofs-options.ts';
export type { ErofsKernel } from './erofs/kernel-features.ts';
export { type ErofsLayout, planErofs } from './erofs/plan-erofs.ts';
export { type ErofsImage, writeErofs, writeErofsFile } from './erofs/write-erofs.ts';
export type { Ext4Options, Ext4Size } from './ext4/ext4-options.ts';
export type { Extent } from './ext4/on-disk.ts';
export { type Ext4Layout, planExt4 } from './ext4/plan-ext4.ts';
export { writeExt4 } from './ext4/write-ext4.ts';
export { fatFilesOf } from './fat/fat-files.ts';
export { type FatFile, type FatLayout, type FatOptions, type FatSize, planFat } from './fat/plan-fat.ts';
export { writeFat } from './fat/write-fat.ts';
export {
  type GptLayout,
  type GptPartition,
  type GptPartitionRequest,
  type GptRequest,
  planGpt,
} from './gpt/gpt-layout.ts';
export { deriveGuid, type Guid } from './gpt/guid.ts';
export { type PartitionAttribute, type PartitionType, partitionTypes } from './gpt/partition-types.ts';
export { writeGpt } from './gpt/write-gpt.ts';
export {
  type DiskImage,
  type DiskImageRequest,
  type ImageFile,
  type PartitionWriter,
  writeDiskImage,
  writeVhd,
} from './image/write-disk-image.ts';
export { type InitramfsCompression, writeInitramfs } from './image/write-initramfs.ts';
export type { OciArchitecture, OciConfig, OciLayerBlob } from './oci/oci-documents.ts';
export {
  type OciCompression,
  type OciImage,
  type OciImageRequest,
  type OciLayer,
  writeOciLayout,
} from './oci/write-oci-layout.ts';
export { type OwnerNames, writeTreeTar } from './oci/write-tree-tar.ts';
export { planUki, type UkiPlan, type UkiRequest, type UkiSection, ukiSection } from './uki/plan-uki.ts';
export { planVerity, type VerityLayout, type VerityOptions } from './verity/plan-verity.ts';
export { VerityDigests } from './verity/verity-digests.ts';
export { formatVeritySignature, type VeritySignature, verityPartitionGuids } from './verity/verity-signature.ts';
export { writeVerity } from './verity/write-verity.ts';
export { type VhdIdentity, vhdFooter } from './vhd/vhd-footer.ts';
