export { type BlockWriter, FileBlockWriter, windowOf, writeBlockFile } from './block-writer.ts';
