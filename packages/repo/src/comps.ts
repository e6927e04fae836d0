import { scanXml, type XmlStart, XmlWriter } from '@slipway/formats';
import { badMetadata } from './repomd.ts';

/** A text and its translations by language (`xml:lang`). */
export interface TranslatedText {
  readonly text: string;
  readonly translations: Readonly<Record<string, string>>;
}

export interface GroupMember {
  readonly name: string;
  readonly type: 'mandatory' | 'default' | 'optional' | 'conditional';
  /** Of conditional members: the package that brings it. */
  readonly requires?: string;
}

interface Described {
  readonly id: string;
  readonly name: TranslatedText;
  readonly description: TranslatedText;
  readonly displayOrder?: number;
}

export interface PackageGroup extends Described {
  readonly isDefault: boolean;
  readonly isVisible: boolean;
  readonly langOnly?: string;
  readonly members: readonly GroupMember[];
}

export interface GroupCategory extends Described {
  readonly groups: readonly string[];
}

export interface GroupEnvironment extends Described {
  readonly groups: readonly string[];
  readonly options: readonly { readonly group: string; readonly isDefault: boolean }[];
}

/** comps.xml: what people choose from instead of packages. */
export interface Comps {
  readonly groups: readonly PackageGroup[];
  readonly categories: readonly GroupCategory[];
  readonly environments: readonly GroupEnvironment[];
  /** Packages of languages: `install` has `%s` for the language. */
  readonly langpacks: readonly { readonly name: string; readonly install: string }[];
}

/** The largest known has 2 MB. */
const maxBytes = 32 << 20;
const memberTypes: ReadonlySet<string> = new Set(['mandatory', 'default', 'optional', 'conditional']);

/** Reads comps.xml. Throws `REPO_BAD_METADATA`, `FORMATS_BAD_XML`, `FORMATS_UNSUPPORTED`, `CORE_LIMIT`. */
export function readComps(bytes: Uint8Array, file = 'comps.xml'): Comps {
  if (bytes.length > maxBytes) {
    throw badMetadata(file, `it is larger than ${maxBytes} bytes`);
  }
  const reader = new CompsReader(file);
  for (const event of scanXml([bytes], { file, maxDepth: 16, allowDoctype: true })) {
    if (event.type === 'start') {
      reader.start(event);
    } else if (event.type === 'text') {
      reader.text(event.text);
    } else {
      reader.end(event.name);
    }
  }
  return reader.comps;
}

type Kind = 'group' | 'category' | 'environment';

/** What is gathered of one group, category or environment. */
class Draft {
  readonly kind: Kind;
  readonly texts = new Map<string, string>();
  readonly names: Record<string, string> = {};
  readonly descriptions: Record<string, string> = {};
  readonly members: GroupMember[] = [];
  readonly groups: string[] = [];
  readonly options: { group: string; isDefault: boolean }[] = [];

  constructor(kind: Kind) {
    this.kind = kind;
  }
}

class CompsReader {
  readonly #file: string;
  readonly #groups: PackageGroup[] = [];
  readonly #categories: GroupCategory[] = [];
  readonly #environments: GroupEnvironment[] = [];
  readonly #langpacks: { name: string; install: string }[] = [];
  #rootSeen = false;
  #draft: Draft | undefined;
  #isInOptions = false;
  #text = '';
  #element: XmlStart | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  get comps(): Comps {
    return {
      groups: this.#groups,
      categories: this.#categories,
      environments: this.#environments,
      langpacks: this.#langpacks,
    };
  }

  start(event: XmlStart): void {
    if (!this.#rootSeen && event.name !== 'comps') {
      throw badMetadata(this.#file, `its root is <${event.name}>, not <comps>`);
    }
    this.#rootSeen = true;
    this.#text = '';
    this.#element = event;
    if (event.name === 'group' || event.name === 'category' || event.name === 'environment') {
      this.#draft = new Draft(event.name);
    } else if (event.name === 'optionlist') {
      this.#isInOptions = true;
    } else if (event.name === 'match') {
      const [name, install] = [event.attribute('name') ?? '', event.attribute('install') ?? ''];
      this.#langpacks.push({ name, install });
    }
  }

  text(text: string): void {
    this.#text += text;
  }

  end(name: string): void {
    const draft = this.#draft;
    if (name === 'optionlist') {
      this.#isInOptions = false;
    } else if (draft !== undefined && name === draft.kind) {
      this.#finish(draft);
      this.#draft = undefined;
    } else if (draft !== undefined && this.#element?.name === name) {
      this.#keep(draft, this.#element, this.#text.trim());
    }
    this.#element = undefined;
  }

  #keep(draft: Draft, element: XmlStart, text: string): void {
    switch (element.name) {
      case 'name':
      case 'description': {
        const into = element.name === 'name' ? draft.names : draft.descriptions;
        into[element.attribute('xml:lang') ?? ''] = text;
        return;
      }
      case 'packagereq':
        draft.members.push(this.#member(element, text));
        return;
      case 'groupid':
        if (this.#isInOptions) {
          draft.options.push({ group: text, isDefault: element.attribute('default') === 'true' });
        } else {
          draft.groups.push(text);
        }
        return;
      default:
        draft.texts.set(element.name, text);
    }
  }

  #member(element: XmlStart, name: string): GroupMember {
    const type = element.attribute('type') ?? 'mandatory';
    if (!memberTypes.has(type) || name === '') {
      throw badMetadata(this.#file, `"${type.slice(0, 40)}" is no type of a group's member, or the member has no name`);
    }
    const requires = element.attribute('requires');
    return { name, type: type as GroupMember['type'], ...(requires === undefined ? {} : { requires }) };
  }

  #finish(draft: Draft): void {
    const id = draft.texts.get('id') ?? '';
    if (id === '') {
      throw badMetadata(this.#file, `a ${draft.kind} has no id`);
    }
    const order = Number.parseInt(draft.texts.get('display_order') ?? '', 10);
    const described = {
      id,
      name: translated(draft.names),
      description: translated(draft.descriptions),
      ...(Number.isNaN(order) ? {} : { displayOrder: order }),
    };
    if (draft.kind === 'group') {
      const langOnly = draft.texts.get('langonly');
      this.#groups.push({
        ...described,
        isDefault: draft.texts.get('default') === 'true',
        isVisible: draft.texts.get('uservisible') !== 'false',
        ...(langOnly === undefined ? {} : { langOnly }),
        members: draft.members,
      });
    } else if (draft.kind === 'category') {
      this.#categories.push({ ...described, groups: draft.groups });
    } else {
      this.#environments.push({ ...described, groups: draft.groups, options: draft.options });
    }
  }
}

function translated({ '': text = '', ...translations }: Record<string, string>): TranslatedText {
  return { text, translations };
}

/** comps.xml in the order of its elements in Fedora's. */
export function formatComps(comps: Comps): string {
  const writer = new XmlWriter().open('comps');
  for (const group of comps.groups) {
    writeDescribed(writer.open('group'), group);
    writer.leaf('default', {}, String(group.isDefault)).leaf('uservisible', {}, String(group.isVisible));
    writeOptional(writer, { langonly: group.langOnly, display_order: group.displayOrder });
    writer.open('packagelist');
    for (const { name, type, requires } of group.members) {
      writer.leaf('packagereq', { requires, type }, name);
    }
    writer.close().close();
  }
  for (const environment of comps.environments) {
    writeDescribed(writer.open('environment'), environment);
    writeOptional(writer, { display_order: environment.displayOrder });
    writeGroups(writer, environment.groups).open('optionlist');
    for (const { group, isDefault } of environment.options) {
      writer.leaf('groupid', { default: isDefault ? 'true' : undefined }, group);
    }
    writer.close().close();
  }
  for (const category of comps.categories) {
    writeDescribed(writer.open('category'), category);
    writeOptional(writer, { display_order: category.displayOrder });
    writeGroups(writer, category.groups).close();
  }
  if (comps.langpacks.length > 0) {
    writer.open('langpacks');
    for (const { name, install } of comps.langpacks) {
      writer.leaf('match', { install, name });
    }
    writer.close();
  }
  return writer.close().finish();
}

function writeDescribed(writer: XmlWriter, { id, name, description }: Described): void {
  writer.leaf('id', {}, id);
  for (const [element, { text, translations }] of [
    ['name', name],
    ['description', description],
  ] as const) {
    writer.leaf(element, {}, text);
    for (const [language, translation] of Object.entries(translations).sort(([a], [b]) => (a < b ? -1 : 1))) {
      writer.leaf(element, { 'xml:lang': language }, translation);
    }
  }
}

function writeOptional(writer: XmlWriter, values: Readonly<Record<string, string | number | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) {
      writer.leaf(name, {}, value);
    }
  }
}

function writeGroups(writer: XmlWriter, groups: readonly string[]): XmlWriter {
  writer.open('grouplist');
  for (const group of groups) {
    writer.leaf('groupid', {}, group);
  }
  return writer.close();
}
