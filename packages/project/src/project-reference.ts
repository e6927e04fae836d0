import { imageJsonSchema, type JsonSchema, overlayFileJsonSchema, projectJsonSchema } from './json-schema.ts';
import { resolveSchema } from './schema-walk.ts';

/** The Markdown page of every table and key of project, overlay and image definition files. */
export function projectReference(): string {
  return [
    '# Configuration reference',
    '',
    'Generated from the definitions that check the files. Paths are relative to the file that they are written in.',
    'Keys marked `august-2026` need azldev of August 2026 or Slipway; keys marked `slipway` need a project whose root',
    'file is `slipway.toml`.',
    '',
    ...chapter('Project files', projectJsonSchema()),
    ...chapter('Overlay files', overlayFileJsonSchema()),
    ...chapter('Image definition files', imageJsonSchema()),
  ].join('\n');
}

interface Page {
  readonly root: JsonSchema;
  readonly lines: string[];
  /** Shared definitions that still need a section, by name. */
  readonly wanted: Set<string>;
}

function chapter(title: string, root: JsonSchema): string[] {
  const page: Page = { root, lines: [`## ${title}`, ''], wanted: new Set() };
  writeTable(page, '', resolveSchema(root, root));
  const written = new Set<string>();
  for (const name of page.wanted) {
    if (!written.has(name)) {
      written.add(name);
      writeDefinition(page, name);
    }
  }
  return page.lines;
}

function writeDefinition(page: Page, name: string): void {
  const definition = page.root.$defs?.[name] ?? {};
  page.lines.push(`### ${name}`, '', ...(definition.description === undefined ? [] : [definition.description, '']));
  for (const branch of definition.oneOf ?? definition.anyOf ?? []) {
    const resolved = resolveSchema(branch, page.root);
    const type = resolved.properties?.type;
    page.lines.push(`#### ${name}: \`type = "${String(type?.const)}"\`${sinceMark(type)}`, '');
    writeRows(page, resolved);
  }
  if (definition.properties !== undefined) {
    writeRows(page, definition);
    writeInnerTables(page, '', definition);
  }
}

function writeTable(page: Page, path: string, node: JsonSchema): void {
  if (path !== '') {
    page.lines.push(
      `### \`${path}\`${sinceMark(node)}`,
      '',
      ...(node.description === undefined ? [] : [node.description, '']),
    );
  }
  for (const branch of node.oneOf ?? node.anyOf ?? []) {
    const resolved = resolveSchema(branch, page.root);
    page.lines.push(
      `\`type = "${String(resolved.properties?.type?.const)}"\`${sinceMark(resolved.properties?.type)}`,
      '',
    );
    writeRows(page, resolved);
  }
  if (node.properties !== undefined) {
    writeRows(page, node);
    writeInnerTables(page, path, node);
  }
}

function writeRows(page: Page, node: JsonSchema): void {
  page.lines.push('| key | type | meaning |', '|---|---|---|');
  for (const [key, value] of Object.entries(node.properties ?? {})) {
    const resolved = { ...resolveSchema(value, page.root), ...describedBy(value) };
    const required = node.required?.includes(key) ? ', required' : '';
    const meaning = `${resolved.description ?? ''}${sinceMark(resolved)}${resolved.deprecated ? ' Deprecated.' : ''}`;
    page.lines.push(`| \`${key}\` | ${typeText(page, value)}${required} | ${cell(meaning)} |`);
  }
  page.lines.push('');
}

/** Tables inside a table get their own section, unless a shared definition describes them. */
function writeInnerTables(page: Page, path: string, node: JsonSchema): void {
  for (const [key, value] of Object.entries(node.properties ?? {})) {
    const inner = innerTable(value);
    if (inner !== undefined) {
      writeTable(page, `${innerPath(path, key)}${inner.suffix}`, { ...inner.node, ...describedBy(value) });
    }
  }
}

function describedBy(node: JsonSchema): JsonSchema {
  return {
    ...(node.description !== undefined && { description: node.description }),
    ...(node.since !== undefined && { since: node.since }),
  };
}

function innerTable(node: JsonSchema): { readonly node: JsonSchema; readonly suffix: string } | undefined {
  if (node.$ref !== undefined) {
    return undefined;
  }
  if (isTable(node)) {
    return { node, suffix: '' };
  }
  const { items, additionalProperties } = node;
  if (items !== undefined && items.$ref === undefined && isTable(items)) {
    return { node: items, suffix: '[]' };
  }
  if (
    typeof additionalProperties === 'object' &&
    additionalProperties.$ref === undefined &&
    isTable(additionalProperties)
  ) {
    return { node: additionalProperties, suffix: '.<name>' };
  }
  return undefined;
}

function isTable(node: JsonSchema): boolean {
  return node.properties !== undefined || (node.oneOf ?? []).some((branch) => branch.properties !== undefined);
}

function innerPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function typeText(page: Page, node: JsonSchema): string {
  if (node.$ref !== undefined) {
    const name = node.$ref.replace('#/$defs/', '');
    page.wanted.add(name);
    return `[${name}](#${name.toLowerCase()})`;
  }
  const choices = choicesOf(node);
  if (choices.length > 0) {
    return choices.map((choice) => `\`${choice}\``).join(' ');
  }
  if (node.items !== undefined) {
    return `list of ${typeText(page, node.items)}`;
  }
  if (typeof node.additionalProperties === 'object') {
    return `table of ${typeText(page, node.additionalProperties)} by name`;
  }
  return isTable(node) ? 'table' : (node.type ?? 'any');
}

function choicesOf(node: JsonSchema): string[] {
  if (node.const !== undefined) {
    return [typeof node.const === 'string' ? node.const : JSON.stringify(node.const)];
  }
  const own = (node.enum ?? []).map(String);
  const branches = (node.anyOf ?? []).flatMap(choicesOf);
  return [...own, ...branches].filter((choice) => choice !== '');
}

function sinceMark(node: JsonSchema | undefined): string {
  return node?.since === undefined ? '' : ` (\`${node.since}\`)`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').trim();
}
