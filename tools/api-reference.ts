import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Declaration, parseDeclarations } from './declarations.ts';

const root = join(import.meta.dirname, '..');

/** Packages that others install for themselves; the rest is for this program. */
const libraries = ['repo', 'rpm', 'solver', 'trust'] as const;

/** One page for each library, by its name below `docs/reference`: what its index exports, as the compiler declares it. */
export function apiPages(generated: string): ReadonlyMap<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-api-'));
  try {
    emitDeclarations(directory);
    return new Map(libraries.map((name) => [`api/${name}.md`, apiPage(name, directory, generated)]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function emitDeclarations(directory: string): void {
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', directory];
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', root, ...options], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new Error(`Cannot declare what the libraries export: ${stdout}${stderr}`);
  }
}

function apiPage(name: string, directory: string, generated: string): string {
  const sources = join(directory, 'packages', name, 'src');
  const exported = exportsOf(readFileSync(join(sources, 'index.d.ts'), 'utf8')).flatMap(({ file, names }) => {
    const declared = parseDeclarations(readFileSync(join(sources, file.replace(/\.ts$/, '.d.ts')), 'utf8'));
    return names.map((each) => declarationOf(each, declared, file));
  });
  const kinds = [
    ['Functions and classes', ({ kind }: Declaration) => kind === 'function' || kind === 'class'],
    ['Values', ({ kind }: Declaration) => kind === 'const'],
    ['Types', ({ kind }: Declaration) => kind === 'interface' || kind === 'type'],
  ] as const;
  const sections = kinds.flatMap(([title, isOfKind]) => {
    const members = exported.filter(isOfKind).sort((a, b) => (a.name < b.name ? -1 : 1));
    return members.length === 0 ? [] : [`## ${title}`, ...members.map(formatDeclaration)];
  });
  const head = `# @slipway/${name}\n\nWhat the package exports. An example is in its [README](../../../packages/${name}/README.md). ${generated}`;
  return `${[head, ...sections].join('\n\n')}\n`;
}

/** The `export { a, type B } from './x.ts'` of an index; renamed exports are not used in this project. */
function exportsOf(index: string): { file: string; names: string[] }[] {
  return [...index.matchAll(/^export (?:type )?\{([^}]*)\} from '\.\/([^']+)';/gm)].map(
    ([, names = '', file = '']) => ({
      file,
      names: names
        .split(',')
        .map((name) => name.replace(/\btype\b/, '').trim())
        .filter((name) => name !== ''),
    }),
  );
}

function declarationOf(name: string, declared: ReadonlyMap<string, Declaration>, file: string): Declaration {
  const found = declared.get(name);
  if (found === undefined) {
    throw new Error(`Cannot describe ${name}: ${file} does not declare it`);
  }
  return found;
}

function formatDeclaration({ name, text, comment }: Declaration): string {
  return [`### ${name}`, ...(comment === '' ? [] : [comment]), `\`\`\`ts\n${text}\n\`\`\``].join('\n\n');
}
