import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'smol-toml';
import { imageJsonSchema, type JsonSchema, overlayFileJsonSchema, projectJsonSchema } from './json-schema.ts';
import { projectReference } from './project-reference.ts';

const shared = process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../../shared');
const azureLinux = join(shared, 'data/azl4');

const ajv = new Ajv2020({ strict: false, validateFormats: false });

test('the schema accepts every file of Azure Linux 4.0', {
  skip: existsSync(azureLinux) ? false : 'the tree is not there',
}, () => {
  const validate = ajv.compile(projectJsonSchema());
  const files = globSync('**/*.toml', { cwd: azureLinux });
  assert.equal(files.length, 215);
  for (const file of files) {
    const value = JSON.parse(JSON.stringify(parse(readFileSync(join(azureLinux, file), 'utf8'))));
    assert.ok(validate(value), `${file}: ${ajv.errorsText(validate.errors)}`);
  }
});

describe('the schemas', () => {
  const accepts = (schema: JsonSchema, value: unknown) => ajv.compile(schema)(value);

  test('refuse unknown keys, wrong types and unknown overlay types', () => {
    assert.equal(accepts(projectJsonSchema(), { components: { a: { spec: { type: 'local', path: 'x' } } } }), true);
    assert.equal(accepts(projectJsonSchema(), { componets: {} }), false);
    assert.equal(accepts(projectJsonSchema(), { components: { a: { overlays: [{ type: 'x' }] } } }), false);
    assert.equal(accepts(projectJsonSchema(), { components: { a: { build: { with: 'x' } } } }), false);
    assert.equal(accepts(imageJsonSchema(), { description: 'x', disk: { 'esp-size': '1 MiB' } }), true);
    assert.equal(accepts(imageJsonSchema(), { description: 'x', disk: { 'esp-size': 7 } }), false);
    assert.equal(accepts(overlayFileJsonSchema(), { metadata: {}, overlays: [] }), false);
  });

  test('describe every key', () => {
    const bare: string[] = [];
    for (const [name, schema] of Object.entries({
      project: projectJsonSchema(),
      image: imageJsonSchema(),
      overlays: overlayFileJsonSchema(),
    })) {
      collectBare(schema, name, bare);
    }
    assert.deepEqual(bare, []);
  });
});

function collectBare(node: JsonSchema, path: string, bare: string[]): void {
  for (const [key, value] of Object.entries(node.properties ?? {})) {
    if (value.description === undefined && value.const === undefined && value.$ref === undefined) {
      bare.push(`${path}.${key}`);
    }
    collectBare(value, `${path}.${key}`, bare);
  }
  for (const [name, definition] of Object.entries(node.$defs ?? {})) {
    collectBare(definition, name, bare);
  }
  const inner = [node.items, node.additionalProperties, ...(node.oneOf ?? []), ...(node.anyOf ?? [])];
  for (const schema of inner) {
    if (typeof schema === 'object') {
      collectBare(schema, `${path}*`, bare);
    }
  }
}

describe('the reference', () => {
  const page = projectReference();

  test('has a section for each shared definition that it links to', () => {
    const links = new Set([...page.matchAll(/\]\(#([a-z]+)\)/g)].map((match) => match[1]));
    assert.deepEqual([...links].sort(), ['component', 'image', 'overlay', 'overlaymetadata', 'snapshot']);
    for (const link of links) {
      assert.match(page, new RegExp(`^### ${link}$`, 'mi'));
    }
  });

  test('names keys with their type, need and generation', () => {
    assert.match(page, /^\| `source-date-epoch` \| integer \| .* \(`slipway`\) \|$/m);
    assert.match(page, /^#### Overlay: `type = "spec-remove-subpackage"` \(`august-2026`\)$/m);
    assert.match(page, /^### `distros\.<name>\.identity` \(`slipway`\)$/m);
    assert.match(page, /^\| `name` \| string, required \| NAME|^\| `name` \| string, required \|/m);
  });
});
