import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slipway } from './fake-machine.ts';

test('help names every command and goes to standard output', async () => {
  const { status, stdout, stderr } = await slipway(['--help']);

  assert.equal(status, 0);
  assert.equal(stderr, '');
  assert.equal(
    stdout,
    `Usage: slipway [options] [command]

Turns declarative overlays on an upstream package snapshot into a signed cloud
Linux distribution.

Options:
  -C, --project <dir>              directory of the project (default: the
                                   nearest one upwards, else distros/slipway)
  --config-file <file>             a further project file, which wins; may be
                                   repeated
  --merge-components               files may define one component in parts
  --permissive-config              unknown keys of project files are warnings
  --no-default-config              without the built-in defaults and those of
                                   the user
  --overlays <mode>                whose overlay semantics hold (choices:
                                   "august-2026", "april-2026", default:
                                   "august-2026")
  --json                           print one JSON document; errors are JSON on
                                   stderr
  --progress <style>               how progress is shown on stderr (choices:
                                   "auto", "bars", "plain", "json", "none",
                                   default: "auto")
  --debug                          show stack traces of errors
  --version                        print the version
  -h, --help                       print help

Commands:
  quickstart                       build the reference distribution, and say
                                   what to try next
  build                            build everything the project defines:
                                   packages, repository, images, reports
  image                            images of the project
  component                        components of the project
  deviations [options]             show every difference from upstream, with its
                                   reason, history and diff
  snapshot                         the locked upstream packages
  repo                             directories of packages and their metadata
  resolve [options] [packages...]  say what installing packages from
                                   repositories would do, in which order and why
  config                           the configuration of the project
  error [code]                     explain an error code, or list all of them
`,
  );
});

test('without a command, help goes to standard error and the status is that of a usage error', async () => {
  for (const args of [[], ['image'], ['component'], ['snapshot']]) {
    const { status, stdout, stderr } = await slipway(args);

    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^Usage: slipway /);
  }
});

test('the version is printed alone', async () => {
  assert.deepEqual(await slipway(['--version']), { status: 0, stdout: '0.1.0\n', stderr: '' });
});

const mistakes: readonly (readonly [args: string, stderr: string])[] = [
  ['bild', "error[CLI_USAGE]: Cannot run the command: unknown command 'bild'\n  hint: did you mean build?\n"],
  [
    'image pakages server',
    "error[CLI_USAGE]: Cannot run the command: unknown command 'pakages'\n  hint: did you mean packages?\n",
  ],
  [
    'build --progres plain',
    "error[CLI_USAGE]: Cannot run the command: unknown option '--progres'\n  hint: did you mean --progress?\n",
  ],
  ['build --xyzzy', "error[CLI_USAGE]: Cannot run the command: unknown option '--xyzzy'\n  hint: see slipway --help\n"],
  [
    'image boot',
    "error[CLI_USAGE]: Cannot run the command: missing required argument 'name'\n  hint: see slipway --help\n",
  ],
  [
    'image boot server --cpus none',
    "error[CLI_USAGE]: Cannot run the command: option '--cpus <count>' argument 'none' is invalid. It must be a whole number above zero\n  hint: see slipway --help\n",
  ],
  [
    'error NO_SUCH_CODE',
    'error[CLI_UNKNOWN_CODE]: Cannot explain NO_SUCH_CODE: there is no such error code\n  hint: slipway error lists all codes\n',
  ],
];

for (const [args, expected] of mistakes) {
  test(`slipway ${args}: says what is wrong and what to do`, async () => {
    assert.deepEqual(await slipway(args.split(' ')), { status: 2, stdout: '', stderr: expected });
  });
}

test('with --json a usage error is one line of JSON on standard error', async () => {
  const { status, stdout, stderr } = await slipway(['bild', '--json']);

  assert.deepEqual([status, stdout], [2, '']);
  assert.deepEqual(JSON.parse(stderr), {
    exitStatus: 2,
    errors: [
      {
        code: 'CLI_USAGE',
        kind: 'input',
        message: "Cannot run the command: unknown command 'bild'",
        hint: 'did you mean build?',
      },
    ],
  });
});
