import { type Chunks, SlipwayError } from '@slipway/core';
import { type Compression, decompress, readAr, readTar } from '@slipway/formats';
import { type Paragraph, parseSingleParagraph } from './control-paragraphs.ts';
import type { PayloadEntry } from './payload-entry.ts';
import type { PayloadSpool } from './payload-spool.ts';
import { readPayload } from './read-payload.ts';

/** A Debian binary package, its file contents in the spool. */
export interface DebPackage {
  readonly control: Paragraph;
  /** Conffile paths as in DEBIAN/conffiles, without those that are to be removed. */
  readonly conffiles: readonly string[];
  /** Names of the maintainer scripts and other control members that have an effect, sorted. */
  readonly scripts: readonly string[];
  readonly payload: readonly PayloadEntry[];
}

/** Of all control members together, uncompressed; md5sums of the largest package have 40 MiB. */
const controlLimitBytes = 256 << 20;
/** Of one control member that is kept. */
const memberLimitBytes = 16 << 20;
/** Of the uncompressed payload. */
const payloadLimitBytes = 64 * 2 ** 30;
/** Text compresses to 1/20, zeros to 1/7000: beyond this it is an attack. */
const ratioLimit = 10_000;

const compressions: Readonly<Record<string, Compression>> = { '': 'none', '.gz': 'gzip', '.xz': 'xz', '.zst': 'zstd' };
const scriptNames = ['config', 'postinst', 'postrm', 'preinst', 'prerm', 'triggers'];

/**
 * Reads a .deb (deb(5)): debian-binary, control.tar, data.tar, in this order. Throws `UPSTREAM_BAD_PACKAGE` and the
 * errors of the archive and compression readers.
 */
export async function readDeb(source: Chunks, spool: PayloadSpool, file: string): Promise<DebPackage> {
  const expected = ['debian-binary', 'control.tar', 'data.tar'];
  let control: ControlMembers | undefined;
  let payload: PayloadEntry[] | undefined;
  for await (const { name, content } of readAr(source, { file })) {
    if (name.startsWith('_')) {
      continue; // deb(5): members that begin with an underscore may be ignored
    }
    const [stem, compression] = splitMemberName(name, file);
    if (stem !== expected.shift()) {
      throw badPackage(file, `the member ${name} is not expected here`);
    }
    if (stem === 'debian-binary') {
      await checkFormat(content, file);
    } else if (stem === 'control.tar') {
      control = await readControl(
        decompress(content, { compression, maxBytes: controlLimitBytes, maxRatio: ratioLimit }),
        file,
      );
    } else {
      const tar = decompress(content, { compression, maxBytes: payloadLimitBytes, maxRatio: ratioLimit });
      payload = await readPayload(tar, spool, file);
    }
    if (expected.length === 0) {
      break; // deb(5): what follows data.tar is not read
    }
  }
  if (control === undefined || payload === undefined) {
    throw badPackage(file, `the member ${expected[0] ?? 'data.tar'} is missing`);
  }
  return { ...control, payload };
}

type ControlMembers = Pick<DebPackage, 'control' | 'conffiles' | 'scripts'>;

async function readControl(tar: AsyncIterable<Uint8Array>, file: string): Promise<ControlMembers> {
  const texts = new Map<string, string>();
  for await (const entry of readTar(tar, { file: `${file} control.tar` })) {
    const name = entry.path.replace(/^(\.\/)+/, '');
    if (entry.type === 'file' && (name === 'control' || name === 'conffiles')) {
      texts.set(name, await readText(entry.content, `${file} ${name}`));
    } else if (entry.type === 'file' && scriptNames.includes(name)) {
      texts.set(name, '');
    }
  }
  const control = texts.get('control');
  if (control === undefined) {
    throw badPackage(file, 'it has no control file');
  }
  return {
    control: parseSingleParagraph(control, `${file} control`),
    conffiles: parseConffiles(texts.get('conffiles') ?? ''),
    scripts: scriptNames.filter((name) => texts.has(name)),
  };
}

/** deb-conffiles(5): a path per line, with the flag `remove-on-upgrade` before paths that are no longer shipped. */
function parseConffiles(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('/'));
}

async function readText(content: AsyncIterable<Uint8Array>, file: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > memberLimitBytes) {
      throw badPackage(file, `larger than ${memberLimitBytes} bytes`);
    }
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function checkFormat(content: AsyncIterable<Uint8Array>, file: string): Promise<void> {
  if (!/^2\.\d+\n/.test(await readText(content, `${file} debian-binary`))) {
    throw badPackage(file, 'its format is not 2.x');
  }
}

function splitMemberName(name: string, file: string): [stem: string, compression: Compression] {
  const [, stem = name, suffix = ''] = /^(control\.tar|data\.tar)(\.[a-z0-9]+)?$/.exec(name) ?? [];
  const compression = compressions[suffix];
  if (compression === undefined) {
    throw badPackage(file, `the compression of ${name} is not known`);
  }
  return [stem, compression];
}

function badPackage(file: string, reason: string): SlipwayError {
  return new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot read ${file}: ${reason}`, { at: { file } });
}
