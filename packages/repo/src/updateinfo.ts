import type { Chunks } from '@slipway/core';
import { scanXmlStream, type XmlStart, XmlWriter } from '@slipway/formats';
import type { Nevra } from '@slipway/rpm';
import { badMetadata, type Checksum, parseChecksum } from './repomd.ts';

export type AdvisoryKind = 'security' | 'bugfix' | 'enhancement' | 'newpackage';

/** A package that an advisory brings; clients match name, architecture and exact version. */
export interface AdvisoryPackage extends Nevra {
  readonly sourceRpm: string;
  readonly filename: string;
  readonly checksum?: Checksum;
  readonly rebootSuggested?: boolean;
}

export interface Advisory {
  readonly id: string;
  readonly kind: AdvisoryKind;
  readonly title: string;
  /** As the publisher words it: `Critical`, `Important`, `Moderate`, `Low`; empty for none. */
  readonly severity: string;
  readonly description: string;
  /** Seconds since 1970. */
  readonly issued: number;
  readonly updated: number;
  readonly references: readonly {
    readonly type: string;
    readonly id: string;
    readonly href: string;
    readonly title: string;
  }[];
  readonly packages: readonly AdvisoryPackage[];
}

const kinds: ReadonlySet<string> = new Set<AdvisoryKind>(['security', 'bugfix', 'enhancement', 'newpackage']);
const maxDepth = 16;

/** updateinfo.xml of the advisories, in their order; `from` is the publisher, `collection` names the product. */
export function formatUpdateinfo(
  advisories: readonly Advisory[],
  { from, collection }: { readonly from: string; readonly collection: string },
): string {
  const writer = new XmlWriter().open('updates');
  for (const advisory of advisories) {
    writer
      .open('update', { from, status: 'final', type: advisory.kind, version: 1 })
      .leaf('id', {}, advisory.id)
      .leaf('title', {}, advisory.title)
      .leaf('issued', { date: formatDate(advisory.issued) })
      .leaf('updated', { date: formatDate(advisory.updated) })
      .leaf('severity', {}, advisory.severity === '' ? 'None' : advisory.severity)
      .leaf('description', {}, advisory.description)
      .open('references');
    for (const { href, id, type, title } of advisory.references) {
      writer.leaf('reference', { href, id, type, title });
    }
    writer.close().open('pkglist').open('collection', { short: collection }).leaf('name', {}, collection);
    for (const one of advisory.packages) {
      writePackage(writer, one);
    }
    writer.close().close().close();
  }
  return writer.close().finish();
}

function writePackage(
  writer: XmlWriter,
  { name, evr, arch, sourceRpm, filename, checksum, rebootSuggested }: AdvisoryPackage,
) {
  const attributes = { name, version: evr.version, release: evr.release, epoch: evr.epoch, arch, src: sourceRpm };
  writer.open('package', attributes).leaf('filename', {}, filename);
  if (checksum !== undefined) {
    writer.leaf('sum', { type: checksum.algorithm }, checksum.value);
  }
  if (rebootSuggested === true) {
    writer.leaf('reboot_suggested', {}, 'True');
  }
  writer.close();
}

/** `2026-11-20 14:05:00` in UTC, the form that all clients read. */
function formatDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Advisories of an uncompressed updateinfo.xml. Throws `REPO_BAD_METADATA`, `FORMATS_BAD_XML`, `CORE_LIMIT`. */
export async function* readUpdateinfo(chunks: Chunks, file = 'updateinfo.xml'): AsyncGenerator<Advisory> {
  let current: AdvisoryReader | undefined;
  let rootSeen = false;
  for await (const events of scanXmlStream(chunks, { file, maxDepth })) {
    const complete: Advisory[] = [];
    for (const event of events) {
      if (event.type === 'start') {
        if (!rootSeen && event.name !== 'updates') {
          throw badMetadata(file, `its root is <${event.name}>, not <updates>`);
        }
        rootSeen = true;
        current = event.name === 'update' ? new AdvisoryReader(file, event) : current;
        current?.start(event);
      } else if (event.type === 'text') {
        current?.text(event.text);
      } else if (event.name === 'update' && current !== undefined) {
        complete.push(current.finish());
        current = undefined;
      } else {
        current?.end(event.name);
      }
    }
    yield* complete;
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class AdvisoryReader {
  readonly #file: string;
  readonly #kind: AdvisoryKind;
  readonly #texts = new Map<string, string>();
  readonly #references: Advisory['references'][number][] = [];
  readonly #packages: AdvisoryPackage[] = [];
  #package: Mutable<AdvisoryPackage> | undefined;
  #issued = 0;
  #updated = 0;
  #sumType = '';
  #text = '';

  constructor(file: string, update: XmlStart) {
    this.#file = file;
    const kind = update.attribute('type') ?? '';
    this.#kind = kinds.has(kind) ? (kind as AdvisoryKind) : 'enhancement';
  }

  start(event: XmlStart): void {
    this.#text = '';
    const attribute = (name: string): string => event.attribute(name) ?? '';
    if (event.name === 'issued') {
      this.#issued = parseDate(attribute('date'), this.#file);
    } else if (event.name === 'updated') {
      this.#updated = parseDate(attribute('date'), this.#file);
    } else if (event.name === 'reference') {
      const [type, id, href, title] = ['type', 'id', 'href', 'title'].map(attribute) as [
        string,
        string,
        string,
        string,
      ];
      this.#references.push({ type, id, href, title });
    } else if (event.name === 'package') {
      this.#package = this.#readPackage(attribute);
    } else if (event.name === 'sum') {
      this.#sumType = attribute('type');
    }
  }

  #readPackage(attribute: (name: string) => string): Mutable<AdvisoryPackage> {
    const epoch = Number(attribute('epoch') || '0');
    if (attribute('name') === '' || !Number.isSafeInteger(epoch) || epoch < 0) {
      throw badMetadata(this.#file, 'a package of an advisory has no name or no usable epoch');
    }
    return {
      name: attribute('name'),
      evr: { epoch, version: attribute('version'), release: attribute('release') },
      arch: attribute('arch'),
      sourceRpm: attribute('src'),
      filename: '',
    };
  }

  text(text: string): void {
    this.#text += text;
  }

  end(name: string): void {
    if (this.#package === undefined) {
      this.#texts.set(name, this.#text);
      return;
    }
    if (name === 'package') {
      this.#packages.push(this.#package);
      this.#package = undefined;
    } else if (name === 'filename') {
      this.#package.filename = this.#text;
    } else if (
      name === 'sum' &&
      this.#sumType.startsWith('sha') &&
      this.#sumType !== 'sha1' &&
      this.#sumType !== 'sha'
    ) {
      this.#package.checksum = parseChecksum(this.#sumType, this.#text.trim(), this.#file);
    } else if (name === 'reboot_suggested') {
      this.#package.rebootSuggested = !/^\s*(0|false)\s*$/i.test(this.#text);
    }
  }

  finish(): Advisory {
    const text = (name: string): string => this.#texts.get(name) ?? '';
    if (text('id') === '') {
      throw badMetadata(this.#file, 'an advisory has no id');
    }
    return {
      id: text('id'),
      kind: this.#kind,
      title: text('title'),
      severity: text('severity') === 'None' ? '' : text('severity'),
      description: text('description'),
      issued: this.#issued,
      updated: this.#updated === 0 ? this.#issued : this.#updated,
      references: this.#references,
      packages: this.#packages,
    };
  }
}

/** Seconds since 1970 of a date with or without time (UTC), or of seconds as such; 0 for an empty text. */
function parseDate(text: string, file: string): number {
  const trimmed = text.trim();
  if (trimmed === '' || /^[0-9]{1,11}$/.test(trimmed)) {
    return Number(trimmed);
  }
  const match = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?(?: ?(?:UTC|GMT|Z))?$/.exec(
    trimmed,
  );
  const seconds = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`) / 1000;
  if (Number.isNaN(seconds)) {
    throw badMetadata(file, `"${trimmed.slice(0, 40)}" is not a date`);
  }
  return seconds;
}
