import { compareVersions } from '@slipway/rpm';
import type { DependencyTable } from './dependency-table.ts';

interface EvrParts {
  /** Digits before the first colon without leading zeros; undefined when there is no epoch. */
  readonly epoch: string | undefined;
  readonly version: string;
  readonly release: string | undefined;
}

/** Orders version texts of a table by their numbers; what was taken apart once is remembered. */
export class EvrOrder {
  readonly #table: DependencyTable;
  readonly #parts: (EvrParts | undefined)[] = [];

  constructor(table: DependencyTable) {
    this.#table = table;
  }

  /** A total order: no release sorts before any. Negative, 0 or positive. */
  compare(a: number, b: number): number {
    if (a === b) {
      return 0;
    }
    const x = this.#partsOf(a);
    const y = this.#partsOf(b);
    return (
      compareEpochs(x, y) ||
      compareVersions(x.version, y.version) ||
      (x.release === undefined || y.release === undefined
        ? Number(x.release !== undefined) - Number(y.release !== undefined)
        : compareVersions(x.release, y.release))
    );
  }

  /** Epoch and version only. */
  compareWithoutRelease(a: number, b: number): number {
    const x = this.#partsOf(a);
    const y = this.#partsOf(b);
    return a === b ? 0 : compareEpochs(x, y) || compareVersions(x.version, y.version);
  }

  /** As relations match: -2 or 2 when only the release is missing on the left or right side. */
  match(a: number, b: number): number {
    if (a === b) {
      return 0;
    }
    const x = this.#partsOf(a);
    const y = this.#partsOf(b);
    const order = compareEpochs(x, y) || compareVersions(x.version, y.version);
    if (order !== 0) {
      return order;
    }
    const left = x.release ?? '';
    const right = y.release ?? '';
    if (left === '' || right === '') {
      return left === right ? 0 : left === '' ? -2 : 2;
    }
    return compareVersions(left, right);
  }

  #partsOf(evr: number): EvrParts {
    const known = this.#parts[evr];
    if (known !== undefined) {
      return known;
    }
    const parts = splitEvr(this.#table.text(evr));
    this.#parts[evr] = parts;
    return parts;
  }
}

function splitEvr(text: string): EvrParts {
  const digits = /^[0-9]+(?=:)/.exec(text)?.[0];
  const rest = digits === undefined ? text : text.slice(digits.length + 1);
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: digits === undefined ? undefined : digits.replace(/^0+/, ''),
    version: hyphen < 0 ? rest : rest.slice(0, hyphen),
    release: hyphen < 0 ? undefined : rest.slice(hyphen + 1),
  };
}

/** No epoch is epoch 0. */
function compareEpochs(x: EvrParts, y: EvrParts): number {
  const a = x.epoch ?? '';
  const b = y.epoch ?? '';
  if (a === b) {
    return 0;
  }
  return a.length < b.length || (a.length === b.length && a < b) ? -1 : 1;
}
