import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writePackage } from '@slipway/rpm';
import { formatFailure, judgeSet } from '../../tools/conformance/judge-set.ts';
import { malformedCases } from '../../tools/conformance/malformed-cases.ts';
import type { PackageAnswer } from '../../tools/conformance/package-oracle.ts';
import { type JudgeRoom, judge, judgesMissing, openJudgeRoom } from '../support/judge-tree.ts';
import { visibleSkip } from '../support/visible-skip.ts';

const leadBytes = 96;
const packages = 80;

/** Numbers that follow one another in no visible way, the same in every run (Numerical Recipes' generator). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}

const plain = { user: 'root', group: 'root', mtime: 1, linkTarget: '', flags: 0, lang: '', caps: '', rdev: 0 };
const contents = ['', 'one\n', 'two '.repeat(300)];
const input = {
  ...{ name: 'damaged', evr: { epoch: 1, version: '2', release: '3' }, arch: 'noarch', sourceRpm: 'd-2-3.src.rpm' },
  ...{ summary: 's', description: 'd', license: 'MIT', url: '', vendor: '', packager: '', group: 'g' },
  ...{ buildHost: 'h', buildTime: 1, changelog: [], scriptlets: [], provides: [], requires: [{ name: 'a' }] },
  ...{ conflicts: [], obsoletes: [], recommends: [], suggests: [], supplements: [], enhances: [] },
  files: contents.map((content, index) => ({
    ...{ ...plain, path: `/opt/file-${index}`, mode: 0o100644, sizeBytes: content.length, device: 0, inode: 0 },
  })),
};
const forms = [
  { format: 4, compression: 'gzip' },
  { format: 4, compression: 'zstd' },
  { format: 6, compression: 'none' },
  { format: 6, compression: 'xz' },
] as const;

async function writeSeeds(directory: string): Promise<Buffer[]> {
  const seeds: Buffer[] = [];
  for (const [number, form] of forms.entries()) {
    const path = join(directory, `seed-${number}`);
    const given = contents.map((content, index) => ({ index, content: [Buffer.from(content)] }));
    await writePackage(path, input, given, form);
    seeds.push(readFileSync(path));
  }
  return seeds;
}

/** A changed bit, a changed number of the index, a missing end, or bytes after the end. */
function damage(seed: Buffer, dice: Dice): Buffer {
  const bytes = Buffer.from(seed);
  const signatureEnd = leadBytes + 16 + 16 * bytes.readUInt32BE(leadBytes + 8) + bytes.readUInt32BE(leadBytes + 12);
  const header = signatureEnd + ((8 - ((signatureEnd - leadBytes) % 8)) % 8);
  const start = dice.oneOf([leadBytes, header]);
  switch (dice.below(5)) {
    case 0: {
      const entry = start + 16 + 16 * dice.below(bytes.readUInt32BE(start + 8)) + 4 * dice.below(4);
      const old = bytes.readUInt32BE(entry);
      const near = [old + 1, old + 16, old - 4, old ^ 0x80000000];
      bytes.writeUInt32BE(
        dice.oneOf([0, 1, 6, 7, 8, 9, 63, 1000, 0xffff, 0x7fffffff, 0xffffffff, ...near]) >>> 0,
        entry,
      );
      return bytes;
    }
    case 1:
      return bytes.subarray(0, dice.below(bytes.length));
    case 2:
      return Buffer.concat([bytes, dice.oneOf([Buffer.alloc(37), Buffer.from('x'), bytes.subarray(header)])]);
    default: {
      const at = start - 2 + dice.below(dice.oneOf([20, 2000, bytes.length - start]));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
      return bytes;
    }
  }
}

/** Asks rpm for its answers, one line of JSON for each package. */
const script = `
for f in *.rpm; do
  nevra=$(rpm -qp --nosignature --nodigest --qf '%{NEVRA}' $f 2>/dev/null); query=$?
  rpmkeys -Kv $f > lines 2>/dev/null; checksig=$?
  rpm2cpio $f > archive 2>/dev/null; cpio=$?
  printf '%s\\n' "$f" "$query" "$nevra" "$checksig" "$cpio" "$(sha256sum < archive | cut -c1-64)" "$(tail -n +2 lines | base64 -w0)"
done`;

function askRpm(room: JudgeRoom): PackageAnswer[] {
  const { stdout } = judge('sh', ['-c', `cd ${room.inside} && ${script}`]);
  const lines = stdout.split('\n');
  const answers: PackageAnswer[] = [];
  for (let at = 0; at + 7 <= lines.length; at += 7) {
    const [file = '', query, nevra = '', checksig, cpio, digest = '', verdict = ''] = lines.slice(at, at + 7);
    const said = Buffer.from(verdict, 'base64').toString().split('\n');
    answers.push({
      ...{ file, nevra, cpio_sha256: digest, query_rc: Number(query), checksig_rc: Number(checksig) },
      ...{ cpio_rc: Number(cpio), checksig: said.map((line) => line.trim()).filter((line) => line !== '') },
    });
  }
  return answers;
}

test(`rpm and we judge ${packages} packages alike that were damaged at random`, {
  skip: visibleSkip(judgesMissing()),
}, async () => {
  const room = openJudgeRoom('rpm-damage');
  try {
    mkdirSync(join(room.outside, 'seeds'));
    const seeds = await writeSeeds(join(room.outside, 'seeds'));
    const dice = new Dice(20_261_120);
    for (let number = 100; number < 100 + packages; number++) {
      writeFileSync(join(room.outside, `${number}.rpm`), damage(dice.oneOf(seeds), dice));
    }
    const answers = askRpm(room);
    writeFileSync(join(room.outside, 'oracle.json'), JSON.stringify(answers));
    const failures: string[] = [];
    const { passed } = await judgeSet(malformedCases([room.outside]), (failure) =>
      failures.push(formatFailure(failure)),
    );
    assert.deepEqual(failures, []);
    assert.equal(passed, packages);
    const accepted = answers.filter(({ query_rc }) => query_rc === 0).length;
    assert.ok(accepted > packages / 8 && accepted < packages, `rpm reads ${accepted} of them`);
  } finally {
    room.close();
  }
});
