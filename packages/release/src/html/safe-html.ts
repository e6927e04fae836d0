import { visibleText } from '../text/visible-text.ts';

/** Text that is HTML already; made by `html` alone. */
export class SafeHtml {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Insertion = string | number | SafeHtml | readonly SafeHtml[];

/**
 * HTML from a template: every insertion is escaped for element content and quoted attributes, unless it was made by
 * `html` itself. Control and direction characters become visible.
 */
export function html(parts: TemplateStringsArray, ...insertions: readonly Insertion[]): SafeHtml {
  const texts = parts.map(
    (part, index) => part + (index < insertions.length ? insert(insertions[index] as Insertion) : ''),
  );
  return new SafeHtml(texts.join(''));
}

/** Nothing, for branches of templates. */
export const noHtml = new SafeHtml('');

function insert(value: Insertion): string {
  if (value instanceof SafeHtml) {
    return value.text;
  }
  return typeof value === 'object' ? value.map(({ text }) => text).join('') : escapeHtml(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => entities[character] as string);
}
