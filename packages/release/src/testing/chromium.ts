import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const program = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((directory) => names.map((name) => join(directory, name)))
  .find((path) => existsSync(path));

export const noChromium: string | false = program === undefined ? 'chromium is not installed' : false;

/** Loads a page in Chromium without network and resolves with its document afterwards, as HTML. */
export async function loadInChromium(page: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'chromium-test-'));
  try {
    const file = join(directory, 'page.html');
    await writeFile(file, page);
    const args = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      `--user-data-dir=${join(directory, 'profile')}`,
      '--dump-dom',
      pathToFileURL(file).href,
    ];
    return await new Promise((resolve, reject) => {
      const options = { maxBuffer: 1 << 26, timeout: 60_000, killSignal: 'SIGKILL' } as const;
      execFile(program ?? '', args, options, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
    });
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
