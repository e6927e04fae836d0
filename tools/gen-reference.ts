/** Writes the generated pages of docs/reference. Run it after a change of a schema, an error code or a command. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referencePages } from './reference-pages.ts';

const directory = join(import.meta.dirname, '..', 'docs', 'reference');
mkdirSync(directory, { recursive: true });
for (const [name, text] of await referencePages()) {
  writeFileSync(join(directory, name), text);
}
