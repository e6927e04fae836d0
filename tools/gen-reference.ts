/** Writes the generated pages of docs/reference. Run it after a change of a schema, an error code or a command. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { referencePages } from './reference-pages.ts';

const directory = join(import.meta.dirname, '..', 'docs', 'reference');
for (const [name, text] of await referencePages()) {
  mkdirSync(dirname(join(directory, name)), { recursive: true });
  writeFileSync(join(directory, name), text);
}
