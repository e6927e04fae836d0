import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@slipway/core';
import { decompressZstdSync } from '@slipway/formats';
import { packageMetadata, readPackage } from '@slipway/rpm';
import type { PackageXml } from '../package-xml.ts';
import type { RepositoryEntry } from '../repository-entry.ts';

const shared = process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../../../shared');
export const rpmData = join(shared, 'data/rpm');
export const skipWithoutData = existsSync(rpmData) ? false : 'the shared test data is not here';

/** Real packages whose createrepo_c output was recorded. */
export const oracleFolders = ['azl3-cilegordev', 'rpm-rs', 'rpm-testsuite', 'rpmlint'] as const;

/** createrepo_c's three descriptions of each package of a folder, by pkgid. */
export function readOracle(folder: string): Map<string, PackageXml> {
  const directory = join(rpmData, 'repodata/createrepo_c-1.2.1-oracle', folder, 'repodata');
  const found = new Map<string, PackageXml>();
  for (const kind of ['primary', 'filelists', 'other'] as const) {
    const file = readdirSync(directory).find((name) => name.endsWith(`${kind}.xml.zst`)) ?? '';
    const text = decompressZstdSync(readFileSync(join(directory, file))).toString();
    for (const [xml] of text.matchAll(/<package [\s\S]*?<\/package>\n/g)) {
      const pkgid = /(?:pkgid="|pkgid="YES">)([0-9a-f]{64})/.exec(xml)?.[1] ?? '';
      found.set(pkgid, { ...(found.get(pkgid) ?? { primary: '', filelists: '', other: '' }), [kind]: xml });
    }
  }
  return found;
}

export interface OraclePackage {
  readonly path: string;
  readonly entry: RepositoryEntry;
}

/** The packages of a folder; location and file time are the given ones or those that createrepo_c recorded. */
export async function readFolder(folder: string, oracle?: Map<string, PackageXml>): Promise<OraclePackage[]> {
  const directory = join(rpmData, 'rpms', folder);
  const names = readdirSync(directory, { recursive: true }).map(String);
  const packages: OraclePackage[] = [];
  for (const name of names.filter((one) => one.endsWith('.rpm')).sort()) {
    const bytes = readFileSync(join(directory, name));
    const digest = sha256(bytes);
    const recorded = oracle?.get(digest)?.primary;
    if (oracle !== undefined && recorded === undefined) {
      continue;
    }
    const { header, signature, headerRange } = await readPackage(bytes, name);
    packages.push({
      path: join(directory, name),
      entry: {
        metadata: packageMetadata(header, signature),
        locationHref: /<location href="([^"]*)"/.exec(recorded ?? '')?.[1] ?? name,
        digest,
        sizeBytes: bytes.length,
        headerRange,
        fileTime: Number(/time file="([0-9]+)"/.exec(recorded ?? '')?.[1] ?? '1700000000'),
      },
    });
  }
  return packages;
}
