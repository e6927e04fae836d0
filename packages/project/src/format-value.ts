/** A short form of a value for messages. */
export function formatValue(value: unknown): string {
  if (Array.isArray(value)) {
    return 'a list';
  }
  if (value instanceof Date) {
    return 'a date';
  }
  if (value !== null && typeof value === 'object') {
    return 'a table';
  }
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
}

/** At most this many choices are spelled out. */
const shownChoices = 24;

export function formatChoices(choices: readonly string[]): string {
  const more = choices.length - shownChoices;
  return choices.slice(0, shownChoices).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
