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

/** Reads a package's programs, libraries and kernel modules once. Memory: one file at a time. */
export async function analysePackage(pkg: RpmPackage): Promise<PackageFacts> {
  const elf: { index: number; facts: ElfFacts }[] = [];
  const modules: { index: number; info: ModuleInfo }[] = [];
  for await (const member of readPayload(pkg, { fileDigests: false, payloadDigest: false })) {
    const { file, index } = member;
    if (!member.holdsContent) {
      continue;
    }
    if (isKernelModule(file)) {
      modules.push({ index, info: await readModule(file, member.content) });
    } else if (mayBeElf(file)) {
      const facts = elfFacts(await gatherBytes(member.content, { maxBytes: largestElf }), file.path);
      elf.push(...(facts === undefined ? [] : member.links.map((link) => ({ index: link, facts }))));
    }
  }
  return { elf, modules };
}

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
async function readModule(file: PackageFile, content: AsyncIterable<Uint8Array>): Promise<ModuleInfo> {
  const bytes = await plainModule(content, file.path);
  const { sections, symbols } = readElfSections(bytes, { file: file.path });
  const exported = symbols
    .filter((name) => name.startsWith('__ksymtab_'))
    .map((name) => name.slice('__ksymtab_'.length));
  const path = file.path.replace(/^\/usr\/lib\/modules\/[^/]+\//, '');
  return readModuleInfo(path, { modinfo: sections.get('.modinfo') ?? Buffer.alloc(0), symbols: exported });
}

/** The uncompressed bytes of a module file. */
export async function plainModule(content: AsyncIterable<Uint8Array>, path: string): Promise<Buffer> {
  const plain = path.endsWith('.ko') ? content : decompress(content, { maxBytes: largestModule });
  return gatherBytes(plain, { maxBytes: largestModule });
}
