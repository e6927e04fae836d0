import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const tree = join(homedir(), '.cache/slipway/judge');
const inTree = existsSync(join(tree, 'usr/bin/pyspdxtools')) && process.getuid?.() === 0;
const onPath = (process.env.PATH ?? '').split(delimiter).some((path) => existsSync(join(path, 'pyspdxtools')));

/** Why the validator of the SPDX project (Debian package python3-spdx-tools) cannot judge here, or false. */
export const noSpdxJudge: string | false = inTree || onPath ? false : 'pyspdxtools is not installed';

/** Resolves with the complaints of pyspdxtools about a document; empty when it is valid. */
export async function judgeSpdx(text: string): Promise<string> {
  const directory = await mkdtemp(join(inTree && !onPath ? join(tree, 'tmp') : tmpdir(), 'spdx-test-'));
  const file = join(directory, 'document.spdx.json');
  try {
    await writeFile(file, text);
    const command = onPath
      ? ['pyspdxtools', '-i', file]
      : ['chroot', tree, 'pyspdxtools', '-i', file.slice(tree.length)];
    const [program = '', ...args] = command;
    return await new Promise((resolve) => {
      execFile(program, args, (error, stdout, stderr) => resolve(error === null ? '' : `${stdout}${stderr}`));
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
