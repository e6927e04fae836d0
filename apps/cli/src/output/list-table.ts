import { type Command, Option } from 'commander';
import type { CommandOutput } from './command-output.ts';
import { formatTable, type TableColumn } from './format-table.ts';
import { printable } from './printable.ts';

export interface ListTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
}

const listFormats = ['table', 'json', 'csv', 'markdown'] as const;

/** Gives a command the option that chooses the form of its list. */
export function withListFormat(command: Command): Command {
  return command.addOption(new Option('--format <format>', 'form of the output').choices(listFormats).default('table'));
}

/** The output of a command that lists: for people a table, `below` it what is said of the whole. */
export function listOutput(list: ListTable, json: unknown, below = ''): CommandOutput {
  return {
    json,
    list,
    get text() {
      const table = list.rows.length === 0 ? '' : formatTable(list.columns, list.rows);
      return [table, below === '' ? '' : `${below}\n`].filter((part) => part !== '').join('\n');
    },
  };
}

/** RFC 4180 with LF at the ends of lines, as command-line tools expect it; the titles are the first record. */
export function formatCsv({ columns, rows }: ListTable): string {
  const records = [columns.map(({ title }) => title), ...rows];
  return records.map((record) => `${record.map(csvField).join(',')}\n`).join('');
}

function csvField(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table of GitHub Flavored Markdown. */
export function formatMarkdownTable({ columns, rows }: ListTable): string {
  const rule = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
  const cells = rows.map((row) => columns.map((_, index) => markdownCell(row[index] ?? '')));
  return [columns.map(({ title }) => markdownCell(title)), rule, ...cells]
    .map((row) => `| ${row.join(' | ')} |\n`)
    .join('');
}

/** Nothing in a cell begins markup (CommonMark 2.4). */
function markdownCell(text: string): string {
  return printable(text)
    .replace(/[\n\t]/g, ' ')
    .replace(/[\\`*_[\]<>|~#&!]/g, '\\$&');
}
