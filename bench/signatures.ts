import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPackage, signPackage } from '@slipway/rpm';
import { type GeneratedCertificate, generateCertificate, makeSignature } from '@slipway/trust';
import { judge } from '../test/support/judge-tree.ts';
import { generatePackages } from './generated-packages.ts';
import { inJudgeTree, judgeRoom, ours } from './inputs.ts';
import { emptyDirectory } from './scratch.ts';
import { sideBySide } from './side-by-side.ts';

const created = 1_700_000_000;
const sets = {
  small: { count: 1000, filesEach: 5, fileBytes: 1000, format: 4 },
  large: { count: 4, filesEach: 1, fileBytes: 50_000_000, format: 6 },
} as const;
const signedCount = 200;

/** Packages signed with Ed25519, verified and made, against rpmkeys and rpmsign with gpg. */
export async function signatures(): Promise<void> {
  const { outside, inside } = judgeRoom('signatures');
  const key = await generateCertificate({ algorithm: 'ed25519', userId: 'Bench <bench@example.org>', created });
  writeFileSync(join(outside, 'key.pub'), key.publicKeyArmored);
  writeFileSync(join(outside, 'key.sec'), key.secretKeyArmored);
  judge('rpmkeys', ['--dbpath', `${inside}/db`, '--import', `${inside}/key.pub`]);
  await compareVerifying(outside, inside, key);
  await compareSigning(outside, inside, key);
}

async function compareVerifying(outside: string, inside: string, key: GeneratedCertificate): Promise<void> {
  for (const [name, wanted] of Object.entries(sets)) {
    const directory = join(outside, name);
    await generatePackages(directory, wanted);
    await signAll(directory, key);
    sideBySide({
      title: `rpm: digests and signatures of ${wanted.count} packages of format ${wanted.format}, ${name}`,
      contenders: [
        { ...ours('verify-signed', [directory, join(outside, 'key.pub')]), result: lastLine },
        {
          name: 'rpmkeys -K',
          command: inJudgeTree('sh', '-c', `exec rpmkeys --dbpath ${inside}/db -K ${inside}/${name}/*.rpm`),
          result: (output) => `${countHolding(output)} packages hold`,
        },
      ],
    });
  }
}

async function signAll(directory: string, { signer }: GeneratedCertificate): Promise<void> {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const sign = (header: Uint8Array) => makeSignature(signer, header, { created: created + 1 });
    await signPackage(await openPackage(path), path, sign, { isIntact: true, durable: false });
  }
}

async function compareSigning(outside: string, inside: string, key: GeneratedCertificate): Promise<void> {
  const [unsigned, theirs, made] = ['unsigned', 'theirs', 'made'].map((name) => join(outside, name)) as [
    string,
    string,
    string,
  ];
  await generatePackages(unsigned, { ...sets.small, count: signedCount });
  const home = `export GNUPGHOME=${inside}/gnupg`;
  judge('sh', ['-c', `mkdir -m 700 ${inside}/gnupg; ${home}; gpg --batch --quiet --import ${inside}/key.sec`]);
  const rpmsign = `rpmsign --define '_openpgp_sign gpg' --key-id ${key.fingerprint} --addsign ${inside}/theirs/*.rpm`;
  const signedIn = (name: string) =>
    `${countHolding(judge('sh', ['-c', `rpmkeys --dbpath ${inside}/db -K ${inside}/${name}/*.rpm`]).stdout)} signed`;
  sideBySide({
    title: `rpm: ${signedCount} small packages signed`,
    rounds: 2,
    contenders: [
      {
        ...ours('write-signed', [made, join(outside, 'key.sec'), String(signedCount)]),
        prepare: () => emptyDirectory(made),
        result: () => signedIn('made'),
      },
      {
        name: 'rpmsign --addsign',
        command: inJudgeTree('sh', '-c', `${home}; exec ${rpmsign} 2>${inside}/errors`),
        prepare: () => {
          emptyDirectory(theirs);
          cpSync(unsigned, theirs, { recursive: true });
        },
        result: () => signedIn('theirs'),
      },
    ],
    remarks: ['ours writes the packages too, rpmsign finds them written; it starts gpg for each of them'],
  });
  judge('sh', ['-c', `${home}; gpgconf --kill all`]);
}

/** As rpmkeys -K says it. */
function countHolding(output: string): number {
  return output.match(/: digests signatures OK$/gm)?.length ?? 0;
}

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1) ?? '';
}
