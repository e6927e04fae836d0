import { readFile } from 'node:fs/promises';
import { fileError, SlipwayError, type SourcePosition } from '@slipway/core';
import { type Component, type ImageDefinition, loadImage, type Project } from '@slipway/project';
import { parseDependency } from '@slipway/rpm';
import { parseSpec, type ReadSection, readSpecSections } from '@slipway/spec';

export interface ImageRequest {
  readonly name: string;
  readonly definition: ImageDefinition;
  /** Files that the definition was read from. */
  readonly files: readonly string[];
  /** Where the definition asks for a package. */
  packagePosition(name: string): SourcePosition;
}

/** What a project asks of its upstream snapshot. */
export interface UpstreamRequests {
  readonly images: readonly ImageRequest[];
  readonly imports: readonly Component[];
  readonly locals: readonly LocalComponent[];
  /** Package names, one set for each image and build root; each has its own closure. */
  readonly packageSets: readonly (readonly string[])[];
  /** Packages that are wanted besides, each with its own closure unless a set has it already. */
  readonly singlePackages: readonly string[];
  readonly sources: readonly string[];
}

/** A component with a spec in the project. */
export interface LocalComponent {
  readonly component: Component;
  readonly specPath: string;
  /** Binary packages that its spec makes: the main one and its subpackages. */
  readonly packageNames: readonly string[];
  readonly buildRequires: readonly string[];
  /** The BuildRequires tag that asks for a package. */
  requirementPosition(name: string): SourcePosition;
}

export async function gatherRequests(project: Project): Promise<UpstreamRequests> {
  const images = await loadImages(project);
  const components = [...project.components.values()];
  const imports = components.filter(({ spec }) => spec.type === 'import');
  const locals = await Promise.all(components.flatMap((component) => localComponent(component)));
  const own = new Set(locals.flatMap(({ packageNames }) => packageNames));
  const upstream = (names: readonly string[]) => [...new Set(names.filter((name) => !own.has(name)))].sort();
  const environment = project.buildEnvironment.packages ?? [];
  const extra = [...project.snapshots.values()].flatMap((snapshot) => snapshot.packages ?? []);
  return {
    images,
    imports,
    locals,
    packageSets: uniqueSets([
      ...images.map(({ definition }) => upstream(requestedPackages(definition))),
      ...locals.map(({ buildRequires }) => upstream([...environment, ...buildRequires])),
    ]),
    singlePackages: upstream([
      ...imports.flatMap(({ spec }) => (spec.type === 'import' ? [spec.package] : [])),
      ...extra,
    ]),
    sources: [...new Set(locals.flatMap(({ component }) => sourcePackages(component)))].sort(),
  };
}

function uniqueSets(sets: readonly string[][]): string[][] {
  const unique = new Map(sets.filter((set) => set.length > 0).map((set) => [set.join(' '), set]));
  return [...unique.values()];
}

/** The packages that an image names, its kernel included. */
export function requestedPackages(definition: ImageDefinition): string[] {
  const kernel = definition.kernel === undefined ? [] : [definition.kernel.package];
  return [...(definition.packages ?? []), ...kernel];
}

async function loadImages(project: Project): Promise<ImageRequest[]> {
  const images: ImageRequest[] = [];
  for (const [name, image] of project.images) {
    if (image.definition?.type === 'slipway') {
      const loaded = await loadImage(project, name);
      const { definition, files } = loaded;
      images.push({ name, definition, files, packagePosition: (wanted) => loaded.packagePosition(wanted) });
    }
  }
  return images;
}

function localComponent(component: Component): Promise<LocalComponent>[] {
  const { spec } = component;
  return spec.type === 'local' ? [readLocal(component, spec.path)] : [];
}

async function readLocal(component: Component, specPath: string): Promise<LocalComponent> {
  const bytes = await readFile(specPath).catch((cause) => Promise.reject(fileError('read', specPath, cause)));
  const sections = readSpecSections(parseSpec(bytes));
  const required = buildRequires(sections, specPath);
  return {
    component,
    specPath,
    packageNames: packageNames(sections, component),
    buildRequires: required.map(({ name }) => name),
    requirementPosition: (name) => required.find((each) => each.name === name)?.at ?? { file: specPath },
  };
}

/** Names as rpm derives them; macros of the component's `build.defines` are expanded, others leave its own name. */
function packageNames(sections: readonly ReadSection[], component: Component): string[] {
  const defines = component.build.defines ?? {};
  const expand = (text: string) => text.replace(/%\{(\w+)\}/g, (macro, name: string) => defines[name] ?? macro);
  const written = sections[0]?.tags.find(({ name }) => name.toLowerCase() === 'name')?.value ?? component.name;
  const main = expand(written).includes('%') ? component.name : expand(written);
  const others = sections.filter(({ kind }) => kind === '%package').map(({ package: of }) => of);
  return [
    main,
    ...others.map((of) =>
      of.form === 'suffix' ? `${main}-${expand(of.suffix)}` : of.form === 'name' ? expand(of.name) : main,
    ),
  ];
}

/** Names after BuildRequires tags of every package of the spec. */
function buildRequires(sections: readonly ReadSection[], file: string): { name: string; at: SourcePosition }[] {
  return sections
    .flatMap(({ tags }) => tags)
    .filter(({ name }) => name.toLowerCase() === 'buildrequires')
    .flatMap(({ value, line }) =>
      value.split(',').map((part) => {
        const at = { file, line };
        return { name: requirementName(part.trim(), at), at };
      }),
    );
}

function requirementName(text: string, at: { file: string; line: number }): string {
  if (text.includes('%')) {
    throw new SlipwayError('PIPELINE_BUILD_REQUIREMENT', `Cannot read the build requirement ${text}: it has a macro`, {
      at,
      hint: 'write the name of the package out',
    });
  }
  return parseDependency(text).name;
}

function sourcePackages(component: Component): string[] {
  return component.sourceFiles.flatMap(({ origin }) => (origin?.type === 'snapshot' ? [origin.package] : []));
}
