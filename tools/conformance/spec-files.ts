import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** The largest spec that is parsed. */
const specLimitBytes = 64 << 20;

/** Reads specs below a root and nowhere else, links included; keeps the last one, because its cases stand together. */
export function openSpecFiles(root: string): (path: string) => Buffer {
  let realRoot: string | undefined;
  let last: { readonly path: string; readonly bytes: Buffer } | undefined;
  return (path) => {
    if (last?.path !== path) {
      realRoot ??= realpathSync(root);
      last = { path, bytes: readBelow(realRoot, path) };
    }
    return last.bytes;
  };
}

function readBelow(root: string, path: string): Buffer {
  const place = isAbsolute(path) ? path : realpathSync(resolve(root, path));
  if (isAbsolute(path) || isOutside(relative(root, place))) {
    throw new Error(`${JSON.stringify(path)} is outside of the root`);
  }
  const status = statSync(place);
  if (!status.isFile() || status.size > specLimitBytes) {
    throw new Error(`${JSON.stringify(path)} is no file of at most ${specLimitBytes} bytes`);
  }
  return readFileSync(place);
}

function isOutside(fromRoot: string): boolean {
  return fromRoot === '..' || fromRoot.startsWith(`..${sep}`) || isAbsolute(fromRoot);
}
