import { SlipwayError } from '@slipway/core';
import { baseName, type FileInode, FileTree, generatedFile, joinPath, parentPath, rootOwned } from '@slipway/tree';
import { ensureDirectories } from '../build-tree.ts';
import { type DepmodInput, moduleClosure, planDepmod } from '../kernel/depmod.ts';
import type { ModuleInfo } from '../kernel/module-info.ts';
import { type LibraryClosure, planLibraries } from '../linker/library-closure.ts';
import type { InitrdProfile } from './systemd-profile.ts';

export interface InitrdRequest {
  readonly root: FileTree;
  readonly profile: InitrdProfile;
  readonly libraries: Omit<LibraryClosure, 'tree' | 'dlopenSonames'>;
  readonly kernelVersion: string;
  readonly kernel: DepmodInput;
  /** Modules by name; what they depend on comes with them. udev loads them for the hardware that it finds. */
  readonly modules: readonly string[];
  /** Further files of the image. */
  readonly files: readonly string[];
  /** The uncompressed bytes of a module. */
  readonly moduleBytes: (module: ModuleInfo) => Promise<Uint8Array>;
  readonly time: number;
}

const unitDirectory = '/usr/lib/systemd/system';

/** The file system of an initrd, made from the files of a composed image. Throws COMPOSE_MISSING_FILE, _MODULE or _LIBRARY. */
export async function planInitrd(request: InitrdRequest): Promise<FileTree> {
  const { root, profile, time } = request;
  const initrd = new FileTree({ ...rootOwned(0o755, time), type: 'directory' });
  addSkeleton(initrd, time);
  const programs = [
    ...required(root, [...profile.programs, ...request.files]),
    ...present(root, profile.optionalPrograms),
  ];
  const closure = { ...request.libraries, tree: root, dlopenSonames: profile.dlopenSonames };
  const dlopened = profile.dlopenSonames.flatMap((soname) => libraryPath(closure, soname));
  const paths = planLibraries(closure, [...programs, ...dlopened]);
  for (const path of [...paths, ...unitPaths(root, profile.units), ...rulePaths(root, profile.udevRules)]) {
    copyEntry(root, initrd, path, time);
  }
  addIdentity(root, initrd, time);
  await addModules(initrd, request);
  return initrd;
}

function required(root: FileTree, paths: readonly string[]): readonly string[] {
  const missing = paths.filter((path) => root.lookup(path) === undefined);
  if (missing.length > 0) {
    throw new SlipwayError('COMPOSE_MISSING_FILE', `Cannot make an initrd: the image has no ${missing.join(', ')}`, {
      hint: 'an image with a kernel needs the packages systemd, udev, kmod and mount; [initrd] files must be in the image',
    });
  }
  return paths;
}

function present(root: FileTree, paths: readonly string[]): string[] {
  return paths.filter((path) => root.lookup(path) !== undefined);
}

function libraryPath(closure: LibraryClosure, soname: string): string[] {
  return closure.directories
    .map((directory) => joinPath(directory, soname))
    .filter((path) => closure.tree.lookup(path) !== undefined)
    .slice(0, 1);
}

function addSkeleton(initrd: FileTree, time: number): void {
  for (const path of [
    '/dev',
    '/etc',
    '/proc',
    '/run',
    '/sys',
    '/sysroot',
    '/tmp',
    '/usr/bin',
    '/usr/lib',
    '/usr/lib64',
    '/usr/sbin',
    '/var',
  ]) {
    ensureDirectories(initrd, path, time);
  }
  const links = {
    '/bin': 'usr/bin',
    '/lib': 'usr/lib',
    '/lib64': 'usr/lib64',
    '/sbin': 'usr/sbin',
    '/init': 'usr/lib/systemd/systemd',
    '/var/run': '/run',
  };
  for (const [path, target] of Object.entries(links)) {
    initrd.set(path, { ...rootOwned(0o777, time), type: 'symlink', target });
  }
}

/** Units whose names match, and the `.wants`/`.requires` links and drop-ins of those units. */
function unitPaths(root: FileTree, names: RegExp): string[] {
  return root.children(unitDirectory).flatMap((path) => {
    if (root.get(path)?.type !== 'directory') {
      return names.test(baseName(path)) ? [path] : [];
    }
    const owner = baseName(path).replace(/\.(wants|requires|d)$/, '');
    const links = /\.(wants|requires)$/.test(path);
    return names.test(owner) ? root.children(path).filter((child) => !links || names.test(baseName(child))) : [];
  });
}

function rulePaths(root: FileTree, names: RegExp): string[] {
  return root.children('/usr/lib/udev/rules.d').filter((path) => names.test(baseName(path)));
}

/** Copies an entry and the directories above it, with root as owner of the directories. */
function copyEntry(root: FileTree, initrd: FileTree, path: string, time: number): void {
  const place = root.resolve(path);
  const inode = root.get(place);
  if (inode === undefined || inode.type === 'directory' || initrd.has(place)) {
    return;
  }
  ensureDirectories(initrd, parentPath(place), time);
  initrd.set(place, inode);
}

/** systemd knows an initrd by /etc/initrd-release (os-release(5)). */
function addIdentity(root: FileTree, initrd: FileTree, time: number): void {
  copyEntry(root, initrd, '/usr/lib/os-release', time);
  for (const name of ['os-release', 'initrd-release']) {
    initrd.set(`/etc/${name}`, { ...rootOwned(0o777, time), type: 'symlink', target: '../usr/lib/os-release' });
  }
  // udev's rules give devices to groups by name
  for (const path of ['/etc/passwd', '/etc/group']) {
    copyEntry(root, initrd, path, time);
  }
  initrd.set('/etc/machine-id', generatedFile('', rootOwned(0o444, time)));
}

/** Modules are stored uncompressed: the initrd is compressed as a whole. */
async function addModules(initrd: FileTree, request: InitrdRequest): Promise<void> {
  const { found, unknown } = moduleClosure(request.kernel.modules, request.modules);
  const builtIn = new Set(
    request.kernel.builtin.split('\n').map((path) => baseName(path).replace(/\.ko$/, '').replace(/-/g, '_')),
  );
  const missing = unknown.filter((name) => !builtIn.has(name));
  if (missing.length > 0) {
    throw new SlipwayError(
      'COMPOSE_MISSING_MODULE',
      `Cannot make an initrd: kernel ${request.kernelVersion} has no module ${missing.join(', ')}`,
      {
        hint: 'correct [initrd] modules, or choose a kernel package that has them',
      },
    );
  }
  const directory = `/usr/lib/modules/${request.kernelVersion}`;
  const plain = found.map((module) => ({ ...module, path: module.path.replace(/\.(xz|zst|gz)$/, '') }));
  for (const [at, module] of found.entries()) {
    addFile(initrd, joinPath(directory, plain[at]?.path as string), await request.moduleBytes(module), request.time);
  }
  for (const [name, content] of planDepmod({ ...request.kernel, modules: plain })) {
    addFile(initrd, joinPath(directory, name), content, request.time);
  }
  addFile(initrd, joinPath(directory, 'modules.builtin'), request.kernel.builtin, request.time);
}

function addFile(initrd: FileTree, path: string, content: string | Uint8Array, time: number): void {
  ensureDirectories(initrd, parentPath(path), time);
  const inode: FileInode = generatedFile(content, rootOwned(0o644, time));
  initrd.set(path, inode);
}
