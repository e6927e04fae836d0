import type { Chunks } from '@slipway/core';
import { XmlCursor, XmlVocabulary, xmlToken } from '@slipway/formats';
import { badMetadata, isSafeLocation, parseChecksum } from '../repomd.ts';
import { DetailsWriter } from './details-writer.ts';
import { detailFields, detailNumbers } from './package-details.ts';
import { preMark, relationFlag, relationKinds } from './package-table.ts';
import { PackageTableBuilder } from './package-table-builder.ts';
import { StoredPackageTable } from './stored-package-table.ts';

/** rpm-md nests package, format, relation, entry. */
const maxDepth = 16;

/** Elements that are read, and how many elements are open in the only place where they mean it. */
const depths = {
  metadata: 1,
  package: 2,
  name: 3,
  arch: 3,
  version: 3,
  checksum: 3,
  summary: 3,
  description: 3,
  packager: 3,
  url: 3,
  time: 3,
  size: 3,
  location: 3,
  'rpm:license': 4,
  'rpm:vendor': 4,
  'rpm:group': 4,
  'rpm:buildhost': 4,
  'rpm:sourcerpm': 4,
  'rpm:header-range': 4,
  'rpm:provides': 4,
  'rpm:requires': 4,
  'rpm:conflicts': 4,
  'rpm:obsoletes': 4,
  'rpm:recommends': 4,
  'rpm:suggests': 4,
  'rpm:supplements': 4,
  'rpm:enhances': 4,
  file: 4,
  'rpm:entry': 5,
} as const;
type Element = keyof typeof depths;
const elements = Object.keys(depths) as Element[];
const attributes = ['flags', 'epoch', 'ver', 'rel', 'pre', 'type', 'href', 'xml:base', 'build', 'installed'] as const;
const furtherAttributes = ['archive', 'start', 'end'] as const;
const vocabulary = new XmlVocabulary([...elements, ...attributes, ...furtherAttributes]);
const id = Object.fromEntries(vocabulary.names.map((name, at) => [name, at])) as Record<
  Element | (typeof attributes)[number] | (typeof furtherAttributes)[number],
  number
>;
const depthOf = Uint8Array.from(elements, (name) => depths[name]);
/** Kind of relation of an element, 255 for others. */
const kindOf = Uint8Array.from(elements, (name) => {
  const kind = (relationKinds as readonly string[]).indexOf(name.replace('rpm:', ''));
  return kind < 0 ? 255 : kind;
});
/** Elements whose text goes into the record of details, and as what; 255 for others. */
const fieldOf = new Uint8Array(elements.length).fill(255);
for (const [element, field] of [
  ...(['checksum', 'summary', 'description', 'packager', 'url'] as const).map((name) => [name, name] as const),
  ...([
    ['rpm:license', 'license'],
    ['rpm:group', 'group'],
  ] as const),
  ...([
    ['rpm:buildhost', 'buildHost'],
    ['rpm:sourcerpm', 'sourceRpm'],
  ] as const),
] as const) {
  fieldOf[id[element]] = detailFields.indexOf(field);
}
const [checksumType, checksum] = [detailFields.indexOf('checksumType'), detailFields.indexOf('checksum')];
const [locationHref, locationBase] = [detailFields.indexOf('locationHref'), detailFields.indexOf('locationBase')];
const number = Object.fromEntries(detailNumbers.map((name, at) => [name, at])) as Record<
  (typeof detailNumbers)[number],
  number
>;
/** By the two characters of the text, as one number. */
const flagsOfText: Readonly<Record<number, number>> = Object.fromEntries(
  Object.entries({
    LT: relationFlag.less,
    LE: relationFlag.less | relationFlag.equal,
    EQ: relationFlag.equal,
    GE: relationFlag.greater | relationFlag.equal,
    GT: relationFlag.greater,
  }).map(([text, bits]) => [text.charCodeAt(0) * 256 + text.charCodeAt(1), bits]),
);
const requires = relationKinds.indexOf('requires');
const fileTypes: Readonly<Record<string, number>> = { dir: 1, ghost: 2 };
const none = -1;

/**
 * Reads an uncompressed primary.xml into columns. Records of details go to `sink` in blocks, which hold whole records
 * and are valid during the call only. Unknown elements are passed over; what a package cannot do without is demanded.
 * Memory: the table. Throws `REPO_BAD_METADATA`, `FORMATS_BAD_XML`, `FORMATS_UNSUPPORTED`, `CORE_LIMIT`.
 */
export async function readPackageTable(
  chunks: Chunks,
  sink: (block: Buffer) => void,
  file = 'primary.xml',
): Promise<StoredPackageTable> {
  const reader = new PrimaryReader(file, sink);
  for await (const chunk of chunks) {
    reader.push(chunk);
  }
  return reader.finish();
}

class PrimaryReader {
  readonly #file: string;
  readonly #cursor: XmlCursor;
  readonly #details: DetailsWriter;
  readonly #table = new PackageTableBuilder();
  /** Element whose text is wanted now. */
  #wanted = none;
  #kind = none;
  #fileType = 0;
  #name = 0;
  #arch = 0;
  #vendor = 0;
  #evr = none;
  #buildTime = 0;
  #installedSize = 0;
  #packageSize = 0;

  constructor(file: string, sink: (block: Buffer) => void) {
    this.#file = file;
    this.#cursor = new XmlCursor(vocabulary, { file, maxDepth });
    this.#details = new DetailsWriter(sink);
  }

  push(chunk: Uint8Array): void {
    const cursor = this.#cursor;
    cursor.push(chunk);
    for (let token = cursor.next(); token !== xmlToken.none; token = cursor.next()) {
      if (token === xmlToken.text) {
        this.#text();
      } else if (token === xmlToken.start) {
        this.#start(cursor.name);
      } else if (cursor.name !== none && depthOf[cursor.name] === cursor.depth + 1) {
        this.#end(cursor.name);
      }
    }
  }

  finish(): StoredPackageTable {
    this.#cursor.finish();
    this.#details.flush();
    return new StoredPackageTable(this.#table.finish());
  }

  #text(): void {
    const cursor = this.#cursor;
    if (this.#wanted === none || depthOf[this.#wanted] !== cursor.depth) {
      return;
    }
    if (cursor.isPlainText) {
      this.#details.append(cursor.bytes, cursor.textStart, cursor.textEnd);
    } else {
      this.#details.appendText(cursor.text());
    }
  }

  #start(name: number): void {
    const { depth } = this.#cursor;
    if (depth === 1 && name !== id.metadata) {
      throw badMetadata(this.#file, 'its root is not <metadata>');
    }
    if (name === none || depthOf[name] !== depth) {
      return;
    }
    switch (name) {
      case id.metadata:
        return;
      case id['rpm:entry']:
        this.#addRelation();
        return;
      case id.file:
        this.#fileType = fileTypes[this.#cursor.attributeText(id.type) ?? ''] ?? 0;
        break;
      case id.version:
        this.#evr = this.#version();
        return;
      case id.checksum:
        this.#keepAttribute(id.type, checksumType);
        break;
      case id.time:
        this.#details.numbers[number.fileTime] = this.#number(id.file);
        this.#buildTime = this.#number(id.build);
        return;
      case id.size:
        this.#packageSize = this.#number(id.package);
        this.#installedSize = this.#number(id.installed);
        this.#details.numbers[number.archiveSize] = this.#number(id.archive);
        return;
      case id.location:
        this.#keepAttribute(id.href, locationHref);
        this.#keepAttribute(id['xml:base'], locationBase);
        return;
      case id['rpm:header-range']:
        this.#details.numbers[number.headerStart] = this.#number(id.start);
        this.#details.numbers[number.headerEnd] = this.#number(id.end);
        return;
      case id.package:
        this.#begin();
        return;
      default:
        if (kindOf[name] !== 255) {
          this.#kind = kindOf[name] as number;
          return;
        }
    }
    this.#wanted = name;
    this.#details.begin();
  }

  #begin(): void {
    this.#evr = none;
    this.#name = 0;
    this.#arch = 0;
    this.#vendor = 0;
    this.#buildTime = 0;
    this.#installedSize = 0;
    this.#packageSize = 0;
  }

  #end(name: number): void {
    if (name === id['rpm:entry']) {
      return;
    }
    if (name === id.package) {
      this.#finishPackage();
      return;
    }
    if (kindOf[name] !== 255) {
      this.#kind = none;
      return;
    }
    if (this.#wanted !== name) {
      return;
    }
    this.#wanted = none;
    const field = fieldOf[name] as number;
    if (field !== 255) {
      this.#details.keep(field);
      return;
    }
    const text = this.#takeText();
    if (name === id.file) {
      this.#table.addFile(text, this.#fileType);
    } else if (name === id.name) {
      this.#name = text;
    } else if (name === id.arch) {
      this.#arch = text;
    } else if (name === id['rpm:vendor']) {
      this.#vendor = text;
    }
  }

  /** The string id of the text that was wanted. */
  #takeText(): number {
    const { text, begun, length } = this.#details;
    const stringId = this.#table.strings.add(text, begun, length);
    this.#details.drop();
    return stringId;
  }

  #keepAttribute(attribute: number, field: number): void {
    this.#details.begin();
    this.#appendAttribute(attribute);
    this.#details.keep(field);
  }

  #appendAttribute(attribute: number): void {
    const cursor = this.#cursor;
    const at = cursor.attributes.find(attribute);
    if (at >= 0 && cursor.isPlainAttribute(at)) {
      this.#details.append(cursor.bytes, cursor.attributes.starts[at] as number, cursor.attributes.ends[at] as number);
    } else if (at >= 0) {
      this.#details.appendText(cursor.attributeText(attribute) ?? '');
    }
  }

  #addRelation(): void {
    const cursor = this.#cursor;
    this.#details.begin();
    this.#appendAttribute(id.name);
    const name = this.#takeText();
    if (this.#kind === none || name === 0) {
      throw badMetadata(this.#file, `a relation of package ${this.#table.count + 1} has no name or no kind`);
    }
    const flags = cursor.attributes.count === 1 ? 0 : this.#flags();
    const hasVersion = flags !== 0 && cursor.attributes.find(id.ver) >= 0;
    const evr = hasVersion ? this.#version() : 0;
    const relation = this.#table.relations.add(name, hasVersion ? flags : 0, evr);
    const isPre = this.#kind === requires && this.#isAttribute(id.pre, 0x31);
    this.#table.addRelation(this.#kind, isPre ? (relation | preMark) >>> 0 : relation);
  }

  /** The bits of `relationFlag` that the attribute `flags` stands for. */
  #flags(): number {
    const { attributes, bytes } = this.#cursor;
    const at = attributes.find(id.flags);
    if (at < 0 || (attributes.ends[at] as number) - (attributes.starts[at] as number) !== 2) {
      return 0;
    }
    const start = attributes.starts[at] as number;
    return flagsOfText[(bytes[start] as number) * 256 + (bytes[start + 1] as number)] ?? 0;
  }

  /** Whether the attribute is that one ASCII character. */
  #isAttribute(attribute: number, code: number): boolean {
    const { attributes, bytes } = this.#cursor;
    const at = attributes.find(attribute);
    const start = attributes.starts[at] as number;
    return at >= 0 && attributes.ends[at] === start + 1 && bytes[start] === code;
  }

  /** `epoch`, `ver` and `rel` attributes; a missing epoch is 0. */
  #version(): number {
    const details = this.#details;
    details.begin();
    details.appendText(this.#isAttribute(id.epoch, 0x30) ? '0:' : `${this.#epoch()}:`);
    this.#appendAttribute(id.ver);
    const { length } = details;
    details.appendText('-');
    this.#appendAttribute(id.rel);
    if (details.length === length + 1) {
      details.length = length;
    }
    return this.#takeText();
  }

  #epoch(): number {
    const epoch = this.#cursor.attributeText(id.epoch) ?? '0';
    if (!/^[0-9]{1,10}$/.test(epoch) || Number(epoch) > 0xffffffff) {
      throw badMetadata(this.#file, `"${epoch.slice(0, 40)}" is not an epoch`);
    }
    return Number(epoch);
  }

  #number(attribute: number): number {
    const text = this.#cursor.attributeText(attribute) ?? '0';
    const value = Number(text);
    if (!/^-?[0-9]{1,16}$/.test(text) || !Number.isSafeInteger(value)) {
      throw badMetadata(this.#file, `package ${this.#table.count + 1} has no usable ${vocabulary.names[attribute]}`);
    }
    return value;
  }

  #finishPackage(): void {
    const name = this.#name;
    if (name === 0 || this.#arch === 0 || this.#evr === none) {
      throw badMetadata(this.#file, `package ${this.#table.count + 1} lacks its name, architecture or version`);
    }
    const field = (at: number) => {
      const { start, end } = this.#details.field(at);
      return this.#details.text.toString('utf8', start, end);
    };
    parseChecksum(field(checksumType), field(checksum), this.#file);
    if (!isSafeLocation(field(locationHref))) {
      throw badMetadata(
        this.#file,
        `the location of package ${this.#table.count + 1} is not a path inside the repository`,
      );
    }
    this.#table.finishPackage({
      name,
      evr: this.#evr,
      arch: this.#arch,
      vendor: this.#vendor,
      buildTime: this.#buildTime,
      installedSize: this.#installedSize,
      packageSize: this.#packageSize,
      detailsEnd: this.#details.finishRecord(),
    });
  }
}
