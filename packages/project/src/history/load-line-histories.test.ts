import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { access, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Store, TaskCache } from '@slipway/core';
import { projectDirectory } from '../testing/project-directory.ts';
import { type FileRange, type LineHistoryOptions, loadLineHistories } from './load-line-histories.ts';

const path = process.env.PATH;
const day = 86_400;
const start = 1_767_225_600; // 2026-01-01

/** A repository whose commits are made by one author a day. */
class Repository {
  readonly directory: string;
  #days = 0;

  constructor(directory: string) {
    this.directory = directory;
    this.git('init', '--quiet', '--initial-branch=main');
  }

  git(...args: readonly string[]): string {
    const date = `${start + this.#days * day} +0000`;
    const env = {
      PATH: path ?? '',
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
      GIT_AUTHOR_NAME: `Author ${this.#days}`,
      GIT_AUTHOR_EMAIL: 'author@example.org',
      GIT_COMMITTER_NAME: 'C',
      GIT_COMMITTER_EMAIL: 'c@example.org',
    };
    return execFileSync('git', args, { cwd: this.directory, env, encoding: 'utf8' });
  }

  async commit(file: string, text: string): Promise<void> {
    await mkdir(join(this.directory, file, '..'), { recursive: true });
    await writeFile(join(this.directory, file), text);
    this.git('add', '.');
    this.git('commit', '--quiet', '--message', `day ${this.#days}`);
    this.#days++;
  }
}

async function repository(context: TestContext): Promise<Repository> {
  return new Repository(await projectDirectory(context, {}));
}

async function histories(
  directory: string,
  ranges: readonly (readonly [string, number, number])[],
  options: Partial<LineHistoryOptions> = {},
): Promise<string[]> {
  const files = ranges.map(
    ([file, firstLine, lastLine]): FileRange => ({
      file: join(directory, file),
      firstLine,
      lastLine,
    }),
  );
  const { histories: found } = await loadLineHistories(directory, files, {
    timeoutSeconds: 60,
    searchPath: path,
    ...options,
  });
  return found.map((history) => {
    if (history === undefined) {
      return 'unknown';
    }
    const { introduced, changed, isCutOff, isUncommitted } = history;
    const days = [introduced, changed].map(({ time, author }) => `${(time - start) / day}:${author}`);
    return [...days, ...(isCutOff ? ['cut off'] : []), ...(isUncommitted ? ['uncommitted'] : [])].join(' ');
  });
}

function overlay(value: string): string {
  return `[[overlays]]\ntype = "spec-add-tag"\nvalue = "${value}"\n`;
}

test('lines have the commit that brought them in and the last that changed them', async (context) => {
  const repo = await repository(context);
  await repo.commit('base/a.toml', overlay('one'));
  await repo.commit('base/a.toml', `${overlay('one')}\n${overlay('two')}`);
  await repo.commit('b.toml', overlay('b'));
  await repo.commit('base/a.toml', `${overlay('one')}note = 1\n\n${overlay('two')}`);

  assert.deepEqual(
    await histories(repo.directory, [
      ['base/a.toml', 1, 4],
      ['base/a.toml', 6, 8],
      ['b.toml', 1, 3],
    ]),
    ['0:Author 0 3:Author 3', '1:Author 1 1:Author 1', '2:Author 2 2:Author 2'],
  );
  assert.deepEqual(await histories(join(repo.directory, 'base'), [['a.toml', 6, 8]]), ['1:Author 1 1:Author 1']);
});

test('what is not committed says so, and moves nothing else', async (context) => {
  const repo = await repository(context);
  await repo.commit('a.toml', overlay('one'));
  await repo.commit('a.toml', `${overlay('one')}\n${overlay('two')}`);
  await writeFile(join(repo.directory, 'a.toml'), `# new\n\n${overlay('one')}\n${overlay('two')}note = 1\n`);
  await writeFile(join(repo.directory, 'new.toml'), overlay('new'));

  assert.deepEqual(
    await histories(repo.directory, [
      ['a.toml', 3, 5],
      ['a.toml', 7, 10],
      ['a.toml', 1, 1],
      ['new.toml', 1, 3],
    ]),
    ['0:Author 0 0:Author 0', '1:Author 1 1:Author 1 uncommitted', 'unknown', 'unknown'],
  );
});

test('line ends that the work tree changes are no change', async (context) => {
  const repo = await repository(context);
  await repo.commit('a.toml', overlay('one'));
  await writeFile(join(repo.directory, 'a.toml'), overlay('one').replaceAll('\n', '\r\n'));

  assert.deepEqual(await histories(repo.directory, [['a.toml', 1, 3]]), ['0:Author 0 0:Author 0']);
});

test('a shallow clone knows a lower bound where its history begins', async (context) => {
  const repo = await repository(context);
  await repo.commit('a.toml', overlay('one'));
  await repo.commit('b.toml', 'x = 1\n');
  await repo.commit('a.toml', `${overlay('one')}\n${overlay('two')}`);
  const clone = await projectDirectory(context, {});
  repo.git('clone', '--quiet', '--depth=2', `file://${repo.directory}`, clone);

  assert.deepEqual(
    await histories(clone, [
      ['a.toml', 1, 3],
      ['a.toml', 5, 7],
    ]),
    ['1:Author 1 1:Author 1 cut off', '2:Author 2 2:Author 2'],
  );
});

test('without a repository, a commit or git, nothing is known', async (context) => {
  const plain = await projectDirectory(context, { 'a.toml': overlay('one') });
  const empty = await repository(context);
  await writeFile(join(empty.directory, 'a.toml'), overlay('one'));
  const repo = await repository(context);
  await repo.commit('a.toml', overlay('one'));

  assert.deepEqual(await histories(plain, [['a.toml', 1, 3]]), ['unknown']);
  assert.deepEqual(await histories(empty.directory, [['a.toml', 1, 3]]), ['unknown']);
  assert.deepEqual(await histories(repo.directory, [['a.toml', 1, 3]], { searchPath: '/nonexistent' }), ['unknown']);
});

test('answers are remembered for a commit, and given again without asking', async (context) => {
  const repo = await repository(context);
  await repo.commit('a.toml', overlay('one'));
  const blob = repo.git('rev-parse', 'HEAD:a.toml').trim();
  const cache = await projectDirectory(context, {});
  const tasks = new TaskCache(join(cache, 'tasks'), new Store(join(cache, 'store')));
  const range = [['a.toml', 1, 3]] as const;
  const remembering = () => histories(repo.directory, range, { tasks });

  assert.deepEqual(await remembering(), ['0:Author 0 0:Author 0']);
  await rm(join(repo.directory, '.git/objects', blob.slice(0, 2), blob.slice(2)));
  assert.deepEqual(await histories(repo.directory, range), ['unknown']);
  assert.deepEqual(await remembering(), ['0:Author 0 0:Author 0']);
});

test('an answer that cannot be remembered is given nevertheless', async (context) => {
  const repo = await repository(context);
  await repo.commit('a.toml', overlay('one'));
  const tasks = new TaskCache(join(repo.directory, 'a.toml'), new Store(repo.directory));

  assert.deepEqual(await histories(repo.directory, [['a.toml', 1, 3]], { tasks }), ['0:Author 0 0:Author 0']);
});

test('time that does not suffice leaves files out and says how many', async (context) => {
  const repo = await repository(context);
  await repo.commit('a.toml', overlay('one'));
  const found = await loadLineHistories(
    repo.directory,
    [{ file: join(repo.directory, 'a.toml'), firstLine: 1, lastLine: 3 }],
    { timeoutSeconds: 0, searchPath: path },
  );

  assert.deepEqual(found, { histories: [undefined], unread: 1 });
});

test('no command that the settings or attributes of a repository name is run', async (context) => {
  const repo = await repository(context);
  const proof = join(repo.directory, 'proof');
  await repo.commit('.gitattributes', '*.toml filter=evil diff=evil\n');
  await repo.commit('a.toml', overlay('one'));
  const command = `touch ${proof}; cat; :`;
  for (const key of ['filter.evil.clean', 'filter.evil.smudge', 'diff.evil.textconv', 'core.pager']) {
    repo.git('config', key, command);
  }
  repo.git('config', 'core.fsmonitor', `touch ${proof}`);
  await writeFile(join(repo.directory, 'a.toml'), `${overlay('one')}# changed\n`);

  assert.deepEqual(await histories(repo.directory, [['a.toml', 1, 3]]), ['1:Author 1 1:Author 1']);
  await assert.rejects(access(proof));
  repo.git('blame', 'a.toml');
  await access(proof); // the bait would have worked
});

const notRoot = process.getuid?.() === 0 ? false : 'only root can give files away';

test('a project of somebody else is read, a repository of somebody else above it is not', {
  skip: notRoot,
}, async (context) => {
  const repo = await repository(context);
  await repo.commit('mine/a.toml', overlay('one'));
  await chown(join(repo.directory, '.git'), 12_345, 12_345);
  await chown(repo.directory, 12_345, 12_345);

  assert.deepEqual(await histories(join(repo.directory, 'mine'), [['a.toml', 1, 3]]), ['unknown']);
  assert.deepEqual(await histories(repo.directory, [['mine/a.toml', 1, 3]]), ['0:Author 0 0:Author 0']);
});
