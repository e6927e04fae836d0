import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { runProgram } from './run-program.ts';

test('a program gives its status and both outputs', async () => {
  const result = await runProgram('sh', ['-c', 'cat; echo err >&2; exit 3'], { input: 'in' });
  assert.deepEqual({ ...result, stdout: result.stdout.toString() }, { status: 3, stdout: 'in', stderr: 'err\n' });
});

test('arguments are not read by a shell, and the environment is what was given', async () => {
  const { stdout } = await runProgram('/bin/sh', ['-c', 'printf %s "$1|$A|$HOME"', 'sh', '$(id); "*"'], {
    env: { A: '1' },
  });
  assert.equal(stdout.toString(), '$(id); "*"|1|');
});

test('a program that is not installed is said to be, with what to do', async () => {
  await assert.rejects(runProgram('slipway-nosuch', [], { missingHint: 'install it' }), {
    code: 'CORE_TOOL_MISSING',
    hint: 'install it',
  });
});

test('a program that takes too long is killed', async () => {
  const result = await runProgram('sleep', ['30'], { timeoutSeconds: 0.1 });
  assert.equal(result.status, 137);
});

test('an interrupted program is a cancelled run', async () => {
  const abort = new AbortController();
  const running = runProgram('sleep', ['30'], { signal: abort.signal });
  abort.abort();
  await assert.rejects(running, { code: 'CORE_CANCELLED' });
});

test('what an interrupted program says afterwards is dropped', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-run-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const abort = new AbortController();
  const options = { logFile: join(directory, 'log'), signal: abort.signal, onOutput: () => abort.abort() };
  const running = runProgram('sh', ['-c', '(sleep 0.2; echo late) & echo now; sleep 5'], options);
  await assert.rejects(running, { code: 'CORE_CANCELLED' });
  await setTimeout(400); // an error of the log would be thrown into this test
});

test('a program that does not read its input is no failure', async () => {
  const { status } = await runProgram('true', [], { input: Buffer.alloc(1 << 20) });
  assert.equal(status, 0);
});

test('the log has both outputs, and is added to', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-run-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const logFile = join(directory, 'log');
  const seen: string[] = [];
  const options = { logFile, onOutput: (text: string) => seen.push(text) };
  await runProgram('sh', ['-c', 'echo one; sleep 0.05; echo two >&2'], options);
  await runProgram('seq', ['1', '20000'], options);
  const whole = () => seen.join('').length === statSync(logFile).size;
  for (let tries = 0; tries < 100 && !whole(); tries++) {
    await setTimeout(10);
  }
  const log = readFileSync(logFile, 'utf8');
  assert.ok(log.startsWith('one\ntwo\n1\n2\n'));
  assert.ok(log.endsWith('19999\n20000\n'));
  assert.equal(seen.join(''), log);
});
