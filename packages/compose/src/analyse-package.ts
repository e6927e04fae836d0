import type { Chunks } from '@slipway/core';
import { decompress, gatherBytes, readElf, readElfSections } from '@slipway/formats';
import type { PackageFile, RpmPackage } from '@slipway/rpm';
import { readPayload } from '@slipway/rpm';
import { isModulePath, type ModuleInfo, readModuleInfo } from './kernel/module-info.ts';
import type { ElfFacts } from './linker/elf-facts.ts';
import type { PackageFacts } from './package-facts.ts';

/** Larger files are no programs of a distribution; the largest in practice are compilers of about 40 MB. */
const largestElf = 256 << 20;
/** A module of a cloud kernel has at most a few MB. */
const largestModule = 64 << 20;

/** Compressed modules that are unpacked at once: the decoder works in the background. */
const moduleBatch = 8;

/** Reads a package's programs, libraries and kernel modules once. Memory: a few files at a time. */
export async function analysePackage(pkg: RpmPackage): Promise<PackageFacts> {
  const elf: { index: number; facts: ElfFacts }[] = [];
  const modules: { index: number; info: ModuleInfo }[] = [];
  let batch: StoredModule[] = [];
  for await (const { holdsContent, file, index, links, content } of readPayload(pkg, uncheckedDigests)) {
    if (holdsContent && isKernelModule(file)) {
      batch.push({ file, index, stored: await gatherBytes(content, { maxBytes: largestModule }) });
    } else if (holdsContent && mayBeElf(file)) {
      const facts = elfFacts(await gatherBytes(content, { maxBytes: largestElf }), file.path);
      elf.push(...(facts === undefined ? [] : links.map((link) => ({ index: link, facts }))));
    }
    if (batch.length === moduleBatch) {
      modules.push(...(await readModules(batch)));
      batch = [];
    }
  }
  return { elf, modules: [...modules, ...(await readModules(batch))] };
}

interface StoredModule {
  readonly file: PackageFile;
  readonly index: number;
  /** As packaged, mostly compressed. */
  readonly stored: Buffer;
}

function readModules(batch: readonly StoredModule[]): Promise<PackageFacts['modules']> {
  return Promise.all(batch.map(async ({ file, index, stored }) => ({ index, info: await readModule(file, stored) })));
}

/** The package was verified when it was signed. */
const uncheckedDigests = { fileDigests: false, payloadDigest: false } as const;

function isKernelModule(file: PackageFile): boolean {
  return /^\/usr\/lib\/modules\/[^/]+\//.test(file.path) && isModulePath(file.path);
}

function mayBeElf(file: PackageFile): boolean {
  const executable = (file.mode & 0o111) !== 0;
  return file.sizeBytes <= largestElf && (executable || /\.so(\.|$)/.test(file.path));
}

function elfFacts(bytes: Buffer, path: string): ElfFacts | undefined {
  const elf = readElf(bytes, { file: path });
  if (elf === undefined || (elf.type !== 'shared' && elf.type !== 'executable')) {
    return undefined;
  }
  const { machine, soname, needed, interpreter } = elf;
  const runpath = elf.runpath.length > 0 ? elf.runpath : elf.rpath;
  return { machine, soname, needed, runpath, interpreter, dlopen: elf.dlopen.map(({ sonames }) => sonames) };
}

/** Modules are stored compressed; what depmod reads of them is not. */
async function readModule(file: PackageFile, stored: Buffer): Promise<ModuleInfo> {
  const bytes = await plainModule([stored], file.path);
  const { sections, symbols } = readElfSections(bytes, { file: file.path });
  const exported = symbols
    .filter((name) => name.startsWith('__ksymtab_'))
    .map((name) => name.slice('__ksymtab_'.length));
  const path = file.path.replace(/^\/usr\/lib\/modules\/[^/]+\//, '');
  return readModuleInfo(path, { modinfo: sections.get('.modinfo') ?? Buffer.alloc(0), symbols: exported });
}

/** The uncompressed bytes of a module file. */
export async function plainModule(content: Chunks, path: string): Promise<Buffer> {
  const plain = path.endsWith('.ko') ? content : decompress(content, { maxBytes: largestModule });
  return gatherBytes(plain, { maxBytes: largestModule });
}
