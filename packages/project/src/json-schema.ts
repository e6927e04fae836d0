import { z } from 'zod';
import { configFile } from './schema/config-file.ts';
import { imageDefinition } from './schema/image-definition.ts';
import { overlayFile } from './schema/overlay.ts';

/** The part of JSON Schema (draft 2020-12) that the definitions of this package give. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly id?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly deprecated?: boolean;
  /** A `Generation`: what the key or value needs. */
  readonly since?: string;
}

/** The JSON Schema of project files (`slipway.toml`, `azldev.toml` and what they include), for editors. */
export function projectJsonSchema(): JsonSchema {
  return schemaOf(configFile);
}

/** The JSON Schema of image definition files. */
export function imageJsonSchema(): JsonSchema {
  return schemaOf(imageDefinition);
}

/** The JSON Schema of overlay files. */
export function overlayFileJsonSchema(): JsonSchema {
  return schemaOf(overlayFile);
}

const made = new WeakMap<z.ZodType, JsonSchema>();

export function schemaOf(definition: z.ZodType): JsonSchema {
  let schema = made.get(definition);
  if (schema === undefined) {
    schema = z.toJSONSchema(definition, { io: 'input' }) as JsonSchema;
    made.set(definition, schema);
  }
  return schema;
}
