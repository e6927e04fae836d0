import { resolve } from 'node:path';
import { nearestNames, SlipwayError, SlipwayErrors, type SourcePosition } from '@slipway/core';
import { extendImage } from './extend-image.ts';
import type { ConfigPath, Image, Project } from './project.ts';
import { readConfig, strictReading } from './read-config.ts';
import { type ImageDefinition, imageDefinition } from './schema/image-definition.ts';
import { valueAt } from './schema-walk.ts';
import { loadTomlDocument, parseTomlDocument, type TomlDocument } from './toml-document.ts';

/** An image definition and where its parts are written. All paths to files of the project are absolute. */
export interface LoadedImage {
  readonly definition: ImageDefinition;
  /** The file itself, then those that it extends. */
  readonly files: readonly string[];
  /** The place of a value in the nearest file that has it, by the path as written there. */
  position(path: ConfigPath): SourcePosition;
  /** The entry of `packages` that asks for a package. */
  packagePosition(name: string): SourcePosition;
}

/** Images that extend each other in one chain. */
const maxBases = 16;

/** Reads one definition file; `base` is not followed. Throws `SlipwayErrors` with every mistake of the file. */
export async function loadImageDefinition(path: string): Promise<LoadedImage> {
  const { definition, document } = loadOne(resolve(path));
  return loadedImage(definition, [document]);
}

/** The same for text that is already read; `file` is for messages and the base of relative paths. */
export function parseImageDefinition(file: string, bytes: Uint8Array): LoadedImage {
  const document = parseTomlDocument(file, bytes);
  return loadedImage(checked(document), [document]);
}

/** The definition of an image of the project, extended by what its `base` images say. Throws `SlipwayErrors`. */
export async function loadImage(project: Project, name: string): Promise<LoadedImage> {
  const documents: TomlDocument[] = [];
  const definitions: ImageDefinition[] = [];
  const names: string[] = [];
  for (let next: string | undefined = name; next !== undefined; next = definitions.at(-1)?.base) {
    const at = documents.at(-1)?.position(['base'], 'value') ?? { file: project.rootFile };
    if (names.includes(next) || names.length === maxBases) {
      const chain = [...names, next].join(' extends ');
      throw badBase(
        `Cannot use the image ${name}: ${chain}`,
        at,
        'let each image extend another one, without a circle',
      );
    }
    names.push(next);
    const { definition, document } = loadOne(definitionFile(project, next, at));
    documents.push(document);
    definitions.push(definition);
  }
  const [own, ...bases] = definitions as [ImageDefinition, ...ImageDefinition[]];
  return loadedImage(
    bases.reduce((nearer, base) => extendImage(base, nearer), own),
    documents,
  );
}

function definitionFile(project: Project, name: string, at: SourcePosition): string {
  const image: Image | undefined = project.images.get(name);
  if (image === undefined) {
    const nearest = nearestNames(name, project.images.keys())[0];
    throw new SlipwayErrors([
      new SlipwayError('PROJECT_UNKNOWN_NAME', `Cannot find the image "${name}": the project does not define it`, {
        at,
        hint: nearest === undefined ? 'define it in [images]' : `did you mean "${nearest}"?`,
      }),
    ]);
  }
  if (image.definition?.type !== 'slipway') {
    throw badBase(
      `Cannot use the image "${name}": its definition is not of type slipway`,
      project.position(image.origin),
      'set definition = { type = "slipway", path = "..." }',
    );
  }
  return image.definition.path;
}

function badBase(message: string, at: SourcePosition, hint: string): SlipwayErrors {
  return new SlipwayErrors([new SlipwayError('PROJECT_BAD_VALUE', message, { at, hint })]);
}

function loadOne(file: string): { readonly definition: ImageDefinition; readonly document: TomlDocument } {
  try {
    const document = loadTomlDocument(file);
    return { definition: checked(document), document };
  } catch (failure) {
    throw failure instanceof SlipwayError ? new SlipwayErrors([failure]) : failure;
  }
}

function checked(document: TomlDocument): ImageDefinition {
  const { config, errors } = readConfig(imageDefinition, document, strictReading);
  if (config === undefined || errors.length > 0) {
    throw new SlipwayErrors(errors);
  }
  return config;
}

function loadedImage(definition: ImageDefinition, documents: readonly TomlDocument[]): LoadedImage {
  const [nearest] = documents as readonly [TomlDocument, ...TomlDocument[]];
  return {
    definition,
    files: documents.map(({ file }) => file),
    position: (path) => (documents.find(({ value }) => valueAt(value, path) !== undefined) ?? nearest).position(path),
    packagePosition: (name) => {
      for (const document of documents) {
        const { packages } = document.value;
        const index = Array.isArray(packages) ? packages.indexOf(name) : -1;
        if (index !== -1) {
          return document.position(['packages', index]);
        }
      }
      return nearest.position(['packages']);
    },
  };
}
