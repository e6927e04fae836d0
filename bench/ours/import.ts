/** Debian packages of a store to RPMs in it: `ours/import.ts STORE DIGEST…`. */
import { asDigest, mapConcurrently, Store } from '@slipway/core';
import { importPackage } from '@slipway/upstream';
import { importOptions } from './import-options.ts';
import { reportResult } from './report-result.ts';

const [root = '', ...digests] = process.argv.slice(2);
const store = new Store(root);
const lanes = 2; // as the main job
const imported = await mapConcurrently(digests, lanes, (digest) =>
  importPackage({ deb: asDigest(digest), store, ...importOptions }),
);
const files = imported.reduce((sum, { metadata }) => sum + metadata.files.length, 0);
reportResult(`${imported.length} packages, ${files} files`);
