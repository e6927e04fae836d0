import { mapConcurrently, SlipwayError } from '@slipway/core';
import type { ImageDefinition, ScriptletPolicy } from '@slipway/project';
import { baseName, type ContentSource, type FileTree } from '@slipway/tree';
import { type Accounts, planAccounts } from './accounts.ts';
import { buildTree, type Provenance } from './build-tree.ts';
import { bundlePath, formatCertificateBundle } from './certificates.ts';
import { ConfigContents } from './config-contents.ts';
import { addDefinitionFiles, applyRemovals, type Removal } from './definition-files.ts';
import { addHomes, formatImageUsers, passwordHashes } from './image-users.ts';
import type { ChosenPackage } from './installed-package.ts';
import { type DepmodInput, planDepmod } from './kernel/depmod.ts';
import type { ModuleInfo } from './kernel/module-info.ts';
import type { ElfFacts, ElfIndex } from './linker/elf-facts.ts';
import { addLinkerCache } from './linker/linker-cache-pass.ts';
import { EntryOrigins } from './origins/entry-origins.ts';
import type { FactsSource, PackageFacts } from './package-facts.ts';
import { decideScriptlets, type ScriptletDecision } from './scriptlet-policy.ts';
import { type SelectedPackage, selectFiles } from './select-files.ts';
import {
  addAccountFiles,
  addGenerated,
  addIdentityFiles,
  addStandardDirectories,
  addUpdateStamps,
} from './system-files.ts';
import { applyPresets } from './systemd/apply-presets.ts';
import { addHardwareDatabase } from './systemd/hardware-database.ts';
import { addMessageCatalog } from './systemd/message-catalog.ts';

export interface ComposeRequest {
  readonly packages: readonly ChosenPackage[];
  readonly content: ContentSource;
  readonly facts: FactsSource;
  readonly definition: ImageDefinition;
  readonly scriptlets: readonly ScriptletPolicy[];
  /** Time of everything that is generated, and the newest time of any file; seconds since 1970. */
  readonly time: number;
}

/** A kernel of the image: what an initrd and a unified kernel image are made from. */
export interface ImageKernel {
  readonly version: string;
  readonly input: DepmodInput;
}

export interface ComposedImage {
  readonly tree: FileTree;
  readonly packages: readonly SelectedPackage[];
  readonly owners: Provenance;
  readonly accounts: Accounts;
  readonly elf: ElfIndex;
  /** Where the dynamic linker finds libraries, in order. */
  readonly libraryDirectories: readonly string[];
  readonly kernels: readonly ImageKernel[];
  readonly scriptlets: readonly ScriptletDecision[];
  readonly removals: readonly Removal[];
  /** Noted after every pass so far; whoever changes the tree further notes that too. */
  readonly origins: EntryOrigins;
}

/**
 * Packages to FileTree, without running anything: files as rpm would lay them out, then what scriptlets and first
 * boots would make, declaratively. The rpm database is added by `addRpmDatabase`.
 */
export async function composeImage(request: ComposeRequest): Promise<ComposedImage> {
  const { definition, time } = request;
  const scriptlets = decideScriptlets(request.packages, request.scriptlets);
  const languages = definition.languages;
  const packages = selectFiles(request.packages, { excludeDocs: definition.excludeDocs ?? false, languages });
  const configs = await ConfigContents.read(packages, request.content);
  const sysusers = configs.files(/^\/usr\/lib\/sysusers\.d\//);
  const accounts = planAccounts([...sysusers, formatImageUsers(definition.users)]);
  const { tree, owners } = buildTree(packages, accounts, time);
  const origins = new EntryOrigins(tree, packages);
  const facts = await gatherFacts(packages, owners, request.facts);
  addStandardDirectories(tree, time);
  origins.note('standard directories');
  addAccountFiles(tree, accounts, passwordHashes(definition.users), time);
  origins.note('accounts');
  await addDefinitionFiles(tree, definition, accounts, time);
  origins.note('image definition');
  addHomes(tree, definition.users, accounts, time);
  origins.note('homes');
  addCertificates(tree, configs, time);
  origins.note('certificates');
  const libraryDirectories = addLinkerCache(tree, configs, facts.elf, time);
  origins.note('linker cache');
  applyPresets(tree, configs, definition.services, time);
  origins.note('systemd presets');
  const kernels = addModuleIndexes(tree, configs, facts.modules, time);
  origins.note('module indexes');
  addMessageCatalog(tree, configs, time);
  origins.note('message catalog');
  if (definition.hardwareDatabase === true) {
    addHardwareDatabase(tree, configs, time);
    origins.note('hardware database');
  }
  addIdentityFiles(tree, definition, time);
  origins.note('identity');
  addModulesToLoad(tree, definition, time);
  origins.note('modules to load');
  const removals = applyRemovals(tree, definition);
  origins.note('removals');
  addUpdateStamps(tree);
  origins.note('update stamps');
  return {
    ...{ tree, packages, owners, accounts, elf: facts.elf, libraryDirectories, kernels, scriptlets, removals },
    origins,
  };
}

interface TreeFacts {
  readonly elf: ReadonlyMap<string, ElfFacts>;
  readonly modules: ReadonlyMap<string, ModuleInfo>;
}

/** Payloads are decompressed in the background: while one is, another is looked at. */
const lanes = 4;

/** Facts of packages, by the paths that their files have in the tree. */
async function gatherFacts(
  packages: readonly SelectedPackage[],
  owners: Provenance,
  source: FactsSource,
): Promise<TreeFacts> {
  const found = await mapConcurrently(
    packages,
    lanes,
    async ({ package: pkg }) => [pkg.digest, await source(pkg.digest)] as const,
  );
  const byPackage = new Map<string, PackageFacts>(found);
  const elf = new Map<string, ElfFacts>();
  const modules = new Map<string, ModuleInfo>();
  const indexed = new Map([...byPackage].map(([digest, facts]) => [digest, indexFacts(facts)]));
  for (const [path, { package: pkg, index }] of owners) {
    const facts = indexed.get(pkg.digest);
    const found = facts?.elf.get(index);
    const module = facts?.modules.get(index);
    if (found !== undefined) {
      elf.set(path, found);
    }
    if (module !== undefined) {
      modules.set(path, module);
    }
  }
  return { elf, modules };
}

function indexFacts(facts: PackageFacts) {
  return {
    elf: new Map(facts.elf.map(({ index, facts: each }) => [index, each])),
    modules: new Map(facts.modules.map(({ index, info }) => [index, info])),
  };
}

function addCertificates(tree: FileTree, configs: ConfigContents, time: number): void {
  const certificates = configs.files(/^\/usr\/share\/ca-certificates\/.+\.crt$/);
  if (certificates.length > 0) {
    addGenerated(tree, bundlePath, formatCertificateBundle(certificates), { mode: 0o644, time });
  }
}

/** modules-load.d(5): modules that nothing asks for by itself. */
function addModulesToLoad(tree: FileTree, definition: ImageDefinition, time: number): void {
  const modules = definition.kernel?.modules ?? [];
  if (modules.length > 0) {
    addGenerated(tree, '/etc/modules-load.d/image.conf', `${modules.join('\n')}\n`, { mode: 0o644, time });
  }
}

const modulesDirectory = '/usr/lib/modules';

function addModuleIndexes(
  tree: FileTree,
  configs: ConfigContents,
  modules: ReadonlyMap<string, ModuleInfo>,
  time: number,
): ImageKernel[] {
  return tree.children(modulesDirectory).map((directory) => {
    const within = [...modules].filter(([path]) => path.startsWith(`${directory}/`)).map(([, module]) => module);
    const input: DepmodInput = {
      modules: within,
      order: configs.text(`${directory}/modules.order`) ?? '',
      builtin: configs.text(`${directory}/modules.builtin`) ?? '',
      builtinModinfo: configs.bytes(`${directory}/modules.builtin.modinfo`) ?? Buffer.alloc(0),
    };
    for (const [name, content] of planDepmod(input)) {
      addGenerated(tree, `${directory}/${name}`, content, { mode: 0o644, time });
    }
    return { version: baseName(directory), input };
  });
}

/** The kernel that the image starts. Throws COMPOSE_MISSING_FILE when it has none or several. */
export function theKernel(image: ComposedImage): ImageKernel & { readonly path: string } {
  const bootable = image.kernels.filter(
    ({ version }) => image.tree.lookup(`${modulesDirectory}/${version}/vmlinuz`)?.type === 'file',
  );
  const [kernel, ...others] = bootable;
  if (kernel === undefined || others.length > 0) {
    const found = bootable.map(({ version }) => version).join(', ') || 'none';
    throw new SlipwayError(
      'COMPOSE_MISSING_FILE',
      `Cannot make the image bootable: it needs one kernel, it has ${found}`,
      {
        hint: 'name exactly one kernel package in [kernel] package',
      },
    );
  }
  return { ...kernel, path: `${modulesDirectory}/${kernel.version}/vmlinuz` };
}
