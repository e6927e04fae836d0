export { type ArMember, readAr } from './ar-reader.ts';
export { compress, type WritableCompression } from './compress.ts';
export type { CpioEntry, CpioFields, CpioWriteEntry, NameEncoding } from './cpio-entry.ts';
export { type CpioReadOptions, readCpio } from './cpio-reader.ts';
export { writeCpio } from './cpio-writer.ts';
export { type Compression, decompress, detectCompression } from './decompress.ts';
export { type ElfFile, readElf } from './elf.ts';
export type { DlopenNote } from './elf-notes.ts';
export { type ElfSections, readElfSections } from './elf-sections.ts';
export { gatherBytes } from './gather-bytes.ts';
export { type GnuTarOptions, writeGnuTar } from './gnu-tar-writer.ts';
export { compressGzip, decompressGzip } from './gzip.ts';
export type { DecompressionLimits } from './output-limit.ts';
export type { TarAttributes, TarEntry, TarNames, TarWriteEntry } from './tar-entry.ts';
export { readTar, type TarReadOptions } from './tar-reader.ts';
export { writeTar } from './tar-writer.ts';
export { XmlCursor, type XmlCursorOptions, xmlToken } from './xml-cursor.ts';
export { scanXml, scanXmlStream, type XmlEvent, XmlScanner, type XmlScanOptions, XmlStart } from './xml-scanner.ts';
export { XmlVocabulary } from './xml-vocabulary.ts';
export { escapeXmlAttribute, escapeXmlText, type XmlAttributes, XmlWriter } from './xml-writer.ts';
export { decompressLzma, decompressXz } from './xz.ts';
export {
  compressZstd,
  compressZstdSync,
  decompressZstd,
  decompressZstdSync,
  type ZstdCompression,
} from './zstd.ts';
