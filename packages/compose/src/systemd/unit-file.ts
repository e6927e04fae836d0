/** The directives of one section of a unit file, in order; an empty assignment resets a list (systemd.syntax(7)). */
export type UnitSection = ReadonlyMap<string, readonly string[]>;

const longestUnit = 1 << 20;

/** Reads a section (for example `Install`) of a unit file. Continuation lines are joined; unknown lines are skipped, as systemd does. */
export function readUnitSection(text: string, section: string): UnitSection {
  const values = new Map<string, string[]>();
  let current = '';
  for (const line of logicalLines(text.slice(0, longestUnit))) {
    const header = /^\[(.+)\]$/.exec(line);
    if (header !== null) {
      current = header[1] ?? '';
      continue;
    }
    const equals = line.indexOf('=');
    if (current !== section || equals <= 0) {
      continue;
    }
    const key = line.slice(0, equals).trim();
    const value = line.slice(equals + 1).trim();
    values.set(key, value === '' ? [] : [...(values.get(key) ?? []), value]);
  }
  return values;
}

/** All words of a list-valued directive such as `WantedBy=`. */
export function unitWords(section: UnitSection, key: string): string[] {
  return (section.get(key) ?? []).flatMap((value) => value.split(/\s+/)).filter((word) => word !== '');
}

function* logicalLines(text: string): Generator<string> {
  let pending = '';
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('#') || line.startsWith(';')) {
      continue; // comment lines inside a continuation are ignored too
    }
    if (line.endsWith('\\')) {
      pending += `${line.slice(0, -1)} `;
      continue;
    }
    yield pending + line;
    pending = '';
  }
  if (pending !== '') {
    yield pending;
  }
}
