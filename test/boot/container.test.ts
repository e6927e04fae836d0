import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContainerImage, openContainerImage } from '../support/container.ts';
import { imagePackages } from '../support/image-packages.ts';
import { ensureOutputs, mainJobSeconds, noOutputs, outputs } from '../support/main-job.ts';
import { missingPrograms, unlessRoot, visibleSkip } from '../support/visible-skip.ts';

const noRuntime = missingPrograms('crun') && missingPrograms('runc');
const skip = visibleSkip(
  unlessRoot('a container with its own files') || missingPrograms('umoci') || noRuntime || noOutputs(),
);

const options = { skip, timeout: (mainJobSeconds + 300) * 1000 };

test('the container image runs', options, async (t) => {
  await ensureOutputs();
  const image = await openContainerImage(outputs.ociLayout);
  t.diagnostic(`with ${image.runtime}`);
  const sh = (script: string) => output(image, script);
  try {
    await t.test('its first process is dumb-init, which started the command', async () => {
      assert.deepEqual(image.args, ['/usr/bin/dumb-init', '--', '/bin/bash']);
      assert.equal(
        await sh('tr "\\0" " " < /proc/1/cmdline; echo; cat /proc/1/comm'),
        ['/usr/bin/dumb-init -- /bin/sh -c tr "\\0" " " < /proc/1/cmdline; echo; cat /proc/1/comm ', 'dumb-init'].join(
          '\n',
        ),
      );
    });

    await t.test('dumb-init gives up new privileges, as the distribution patches it to', async () => {
      assert.match(await sh('cat /proc/self/status'), /^NoNewPrivs:\t1$/m);
      const without = await image.run(['/bin/sh', '-c', 'cat /proc/self/status'], { entrypoint: [] });
      assert.match(without.stdout.toString(), /^NoNewPrivs:\t0$/m);
    });

    await t.test('dumb-init passes on the exit status and the signal', async () => {
      assert.equal((await image.run(['/bin/sh', '-c', 'exit 42'])).status, 42);
      assert.equal((await image.run(['/bin/sh', '-c', 'kill -TERM $$'])).status, 128 + 15);
    });

    await t.test('os-release names the distribution and the edition', async () => {
      assert.equal(await sh('. /etc/os-release; echo "$ID $VERSION_ID $VARIANT_ID"'), 'slipway 1 container');
    });

    await t.test('rpm knows exactly the packages that were resolved', async () => {
      const installed = (await sh("rpm -qa --qf '%{nevra}\\n' | grep -v ^gpg-pubkey")).split('\n');
      assert.deepEqual(installed.sort(), [...(await imagePackages('container'))].sort());
    });

    await t.test('every file is as its package says', async () => {
      const { stdout, stderr } = await image.run(['rpm', '-Va']);
      assert.deepEqual([stdout.toString(), stderr], ['', '']);
    });

    await t.test('dnf5 is there and sees what is installed', async () => {
      assert.match(await sh('dnf5 --version'), /^dnf5 version 5\./);
      assert.match(await sh('dnf5 repoquery --installed bash'), /^bash-0:.*\.x86_64$/);
    });

    await t.test('the clock has a zone, the certificates are one bundle, the accounts have names', async () => {
      assert.equal(await sh('date -d @0 +%Z'), 'UTC');
      assert.match(await sh('grep -c BEGIN /etc/ssl/certs/ca-certificates.crt'), /^\d{2,}$/);
      assert.equal(await sh('id -un; stat -c %U:%G /etc/shadow'), 'root\nroot:shadow');
    });
  } finally {
    await image.close();
  }
});

/** What a shell script prints in a container that starts as the image says. */
async function output(image: ContainerImage, script: string): Promise<string> {
  const { status, stdout, stderr } = await image.run(['/bin/sh', '-c', script]);
  assert.equal(status, 0, `${script}\n${stdout}${stderr}`);
  return stdout.toString().trimEnd();
}
