/** Completes package-lock.json after `npm install` (see `completeLock`). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeLock, type PackageLock } from './package-lock.ts';

const path = join(import.meta.dirname, '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8')) as PackageLock;
writeFileSync(path, `${JSON.stringify(completeLock(lock), undefined, 2)}\n`);
