import { createHash } from 'node:crypto';
import { sha256 } from '@slipway/core';
import { type SigningKey, signCleartext } from '@slipway/trust';
import { buildDeb } from './debian-package.ts';

export interface TestArchive {
  /** Every file of the archive by path. */
  readonly files: Map<string, Buffer>;
}

export interface ArchiveRequest {
  readonly key: SigningKey;
  /** Seconds since 1970. */
  readonly date: number;
  readonly validUntil: number;
}

const suite = 'bookworm';

function control(name: string, version: string, extra = ''): string {
  return `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nMaintainer: A <a@example.org>\n${extra}Description: test package\n`;
}

/** An archive with `app` (needs `lib`), `lib`, and the source package `app`. */
export async function buildArchive({ key, date, validUntil }: ArchiveRequest): Promise<TestArchive> {
  const files = new Map<string, Buffer>();
  const packages: string[] = [];
  const add = async (name: string, version: string, extra = '') => {
    const text = control(name, version, extra);
    const content = await buildDeb({
      control: text,
      entries: [{ path: `./usr/share/${name}/data`, content: name.repeat(9000) }],
    });
    const path = `pool/main/${name}_${version.replace(/^\d+:/, '')}_amd64.deb`;
    files.set(path, content);
    packages.push(`${text}Filename: ${path}\nSize: ${content.length}\nSHA256: ${sha256(content)}\n`);
  };
  await add('app', '1:1.0+x-1', 'Depends: lib (>= 2)\nRecommends: extra\n');
  await add('lib', '2.0-1');
  await add('extra', '1.0');
  await add('broken', '1.0', 'Depends: missing\n');
  const dsc = Buffer.from('not read by anybody');
  files.set('pool/main/app_1.0.dsc', dsc);
  const sources = `Package: app\nVersion: 1:1.0+x-1\nBinary: app\nFormat: 1.0\nMaintainer: A <a@example.org>\nArchitecture: any\nDirectory: pool/main\nFiles:\n ${createHash('md5').update(dsc).digest('hex')} ${dsc.length} app_1.0.dsc\nChecksums-Sha256:\n ${sha256(dsc)} ${dsc.length} app_1.0.dsc\n`;
  const indexes = new Map([
    ['main/binary-amd64/Packages', Buffer.from(packages.join('\n'))],
    ['main/source/Sources', Buffer.from(sources)],
  ]);
  for (const [path, content] of indexes) {
    files.set(`dists/${suite}/${path}`, content);
  }
  const lines = [...indexes].map(([path, content]) => ` ${sha256(content)} ${content.length} ${path}`);
  const release = `Origin: Test\nLabel: Test\nSuite: ${suite}\nCodename: ${suite}\nDate: ${rfc(date)}\nValid-Until: ${rfc(validUntil)}\nArchitectures: amd64\nComponents: main\nSHA256:\n${lines.join('\n')}\n`;
  files.set(`dists/${suite}/InRelease`, Buffer.from(await signCleartext(key, release, { created: date })));
  return { files };
}

function rfc(seconds: number): string {
  return new Date(seconds * 1000).toUTCString().replace('GMT', 'UTC');
}
