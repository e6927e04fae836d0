import { scanXml, type XmlStart, XmlWriter } from '@slipway/formats';
import { badMetadata, type Checksum, parseChecksum } from './repomd.ts';

/** A file and where mirrors have it (Metalink 3.0, as mirror lists of rpm-md repositories use it). */
export interface MetalinkFile {
  readonly name: string;
  /** Seconds since 1970 (`mm0:timestamp`); 0 when it does not say. */
  readonly timestamp: number;
  readonly sizeBytes: number;
  /** SHA-2 only; others are passed over. */
  readonly checksums: readonly Checksum[];
  /** Best first. */
  readonly urls: readonly MetalinkUrl[];
}

export interface MetalinkUrl {
  readonly url: string;
  /** 1 to 100, 100 best. */
  readonly preference: number;
  /** Two letters, or empty. */
  readonly country: string;
}

/** What clients need is a few hundred mirrors. */
const maxBytes = 8 << 20;
const maxUrls = 20_000;
const protocols: ReadonlySet<string> = new Set(['https:', 'http:']);

/** Reads a metalink; addresses other than http and https are passed over. Throws `REPO_BAD_METADATA`, `FORMATS_BAD_XML`. */
export function readMetalink(bytes: Uint8Array, file = 'metalink.xml'): MetalinkFile[] {
  if (bytes.length > maxBytes) {
    throw badMetadata(file, `it is larger than ${maxBytes} bytes`);
  }
  const reader = new MetalinkReader(file);
  for (const event of scanXml([bytes], { file, maxDepth: 16 })) {
    if (event.type === 'start') {
      reader.start(event);
    } else if (event.type === 'text') {
      reader.text(event.text);
    } else {
      reader.end(event.name);
    }
  }
  return reader.files;
}

type Draft = {
  name: string;
  timestamp: number;
  sizeBytes: number;
  checksums: Checksum[];
  urls: MetalinkUrl[];
};

class MetalinkReader {
  readonly files: MetalinkFile[] = [];
  readonly #file: string;
  #rootSeen = false;
  #draft: Draft | undefined;
  #element: XmlStart | undefined;
  #text = '';
  /** Alternates are earlier versions of the file: their digests are not its own. */
  #isInAlternate = false;

  constructor(file: string) {
    this.#file = file;
  }

  start(event: XmlStart): void {
    if (!this.#rootSeen && event.name !== 'metalink') {
      throw badMetadata(this.#file, `its root is <${event.name}>, not <metalink>`);
    }
    this.#rootSeen = true;
    this.#element = event;
    this.#text = '';
    if (event.name === 'file') {
      this.#draft = { name: event.attribute('name') ?? '', timestamp: 0, sizeBytes: -1, checksums: [], urls: [] };
    } else if (event.name === 'mm0:alternate') {
      this.#isInAlternate = true;
    }
  }

  text(text: string): void {
    this.#text += text;
  }

  end(name: string): void {
    if (name === 'mm0:alternate') {
      this.#isInAlternate = false;
    } else if (name === 'file' && this.#draft !== undefined) {
      this.#finish(this.#draft);
      this.#draft = undefined;
    } else if (this.#draft !== undefined && this.#element?.name === name && !this.#isInAlternate) {
      this.#keep(this.#draft, this.#element, this.#text.trim());
    }
    this.#element = undefined;
  }

  #keep(draft: Draft, element: XmlStart, text: string): void {
    if (element.name === 'mm0:timestamp') {
      draft.timestamp = this.#number(text);
    } else if (element.name === 'size') {
      draft.sizeBytes = this.#number(text);
    } else if (element.name === 'hash') {
      const algorithm = element.attribute('type') ?? '';
      if (/^sha(256|384|512)$/.test(algorithm)) {
        draft.checksums.push(parseChecksum(algorithm, text.toLowerCase(), this.#file));
      }
    } else if (element.name === 'url' && URL.canParse(text) && protocols.has(new URL(text).protocol)) {
      this.#addUrl(draft, element, text);
    }
  }

  #addUrl(draft: Draft, element: XmlStart, url: string): void {
    if (draft.urls.length >= maxUrls) {
      throw badMetadata(this.#file, `it has more than ${maxUrls} addresses`);
    }
    const preference = Number.parseInt(element.attribute('preference') ?? '', 10);
    draft.urls.push({
      url,
      preference: preference >= 1 && preference <= 100 ? preference : 1,
      country: element.attribute('location') ?? '',
    });
  }

  #number(text: string): number {
    if (!/^[0-9]{1,15}$/.test(text)) {
      throw badMetadata(this.#file, `"${text.slice(0, 40)}" is no size or time`);
    }
    return Number(text);
  }

  #finish(draft: Draft): void {
    if (draft.name === '' || draft.name.includes('/') || draft.sizeBytes < 0 || draft.checksums.length === 0) {
      throw badMetadata(this.#file, 'a file has no name, size or SHA-2 digest');
    }
    this.files.push({ ...draft, urls: draft.urls.toSorted((a, b) => b.preference - a.preference) });
  }
}

/** A metalink of files as mirror managers write it; `published` is in seconds since 1970. */
export function formatMetalink(
  files: readonly MetalinkFile[],
  { publisher, published }: { readonly publisher: string; readonly published: number },
): string {
  const writer = new XmlWriter().open('metalink', {
    version: '3.0',
    xmlns: 'http://www.metalinker.org/',
    type: 'dynamic',
    pubdate: new Date(published * 1000).toUTCString(),
    generator: publisher,
    'xmlns:mm0': 'http://fedorahosted.org/mirrormanager',
  });
  writer.open('files');
  for (const { name, timestamp, sizeBytes, checksums, urls } of files) {
    writer.open('file', { name }).leaf('mm0:timestamp', {}, timestamp).leaf('size', {}, sizeBytes).open('verification');
    for (const { algorithm, value } of checksums) {
      writer.leaf('hash', { type: algorithm }, value);
    }
    writer.close().open('resources');
    for (const { url, preference, country } of urls) {
      const protocol = new URL(url).protocol.slice(0, -1);
      writer.leaf('url', { protocol, type: protocol, location: country || undefined, preference }, url);
    }
    writer.close().close();
  }
  return writer.close().close().finish();
}
