import { z } from 'zod';
import { about, filePath, flag, httpUri, packageName, text } from './scalars.ts';
import { table } from './table.ts';

const common = {
  description: about.exactOptional(),
  architecture: text('Architecture of the packages, in the words of the archive (amd64, x86_64).'),
  packages: z
    .array(packageName('Binary package.'))
    .describe('Packages to carry besides those that components and images ask for; with what they require.')
    .exactOptional(),
};

const aptSnapshot = table({
  type: z.literal('apt'),
  'base-uri': httpUri(
    'Address of the archive; omitted: the archive that the machine itself is set up for.',
  ).exactOptional(),
  suite: text('Suite, such as testing.'),
  components: z.array(text('Component, such as main.')).min(1).describe('Components of the suite.'),
  keyring: filePath('Keys that sign the Release file; omitted: those of the machine.').exactOptional(),
  'allow-expired-reason': text('Why a Release file past its Valid-Until is accepted.').exactOptional(),
  ...common,
});

const rpmMdSnapshot = table({
  type: z.literal('rpm-md'),
  'base-uri': httpUri('Address of the repository.').exactOptional(),
  metalink: httpUri('Address of its metalink.').exactOptional(),
  'gpg-key': filePath('Path or URI of the key that signs the packages.').exactOptional(),
  'disable-gpg-check': flag('Accepts unsigned metadata and packages.').exactOptional(),
  'disable-gpg-check-reason': text('Why; required with disable-gpg-check.').exactOptional(),
  ...common,
}).superRefine((snapshot, context) => {
  if ((snapshot.baseUri === undefined) === (snapshot.metalink === undefined)) {
    context.addIssue({ code: 'custom', path: [], message: 'needs exactly one of base-uri and metalink' });
  }
  if (snapshot.gpgKey === undefined && snapshot.disableGpgCheck !== true) {
    context.addIssue({
      code: 'custom',
      path: [],
      message: 'needs a gpg-key (or disable-gpg-check = true with a reason)',
    });
  }
  if (snapshot.disableGpgCheck === true && snapshot.disableGpgCheckReason === undefined) {
    context.addIssue({ code: 'custom', path: [], message: 'disable-gpg-check needs a disable-gpg-check-reason' });
  }
});

/** Where upstream packages come from. */
export const snapshotSource = z
  .discriminatedUnion('type', [aptSnapshot, rpmMdSnapshot])
  .meta({ id: 'Snapshot', description: 'Where upstream packages come from.' });

export type SnapshotSource = z.output<typeof snapshotSource>;
