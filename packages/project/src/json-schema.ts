import type { Definition, SharedSchemas } from './definition/definition.ts';
import { configFile } from './schema/config-file.ts';
import { imageDefinition } from './schema/image-definition.ts';
import { overlayFile } from './schema/overlay.ts';

/** The part of JSON Schema (draft 2020-12) that the definitions of this package give. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly deprecated?: boolean;
  /** A `Generation`: what the key or value needs. */
  readonly since?: string;
}

/** The JSON Schema of project files (`slipway.toml`, `azldev.toml` and what they include), for editors. */
export function projectJsonSchema(): JsonSchema {
  return jsonSchema(configFile);
}

/** The JSON Schema of image definition files. */
export function imageJsonSchema(): JsonSchema {
  return jsonSchema(imageDefinition);
}

/** The JSON Schema of overlay files. */
export function overlayFileJsonSchema(): JsonSchema {
  return jsonSchema(overlayFile);
}

function jsonSchema(definition: Definition<unknown>): JsonSchema {
  const shared: SharedSchemas = new Map();
  const root = definition.schema(shared);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...root,
    ...(shared.size > 0 && { $defs: Object.fromEntries(shared) }),
  };
}
