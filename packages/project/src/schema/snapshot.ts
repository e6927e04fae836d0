import { list } from '../definition/collection-kinds.ts';
import type { Output } from '../definition/definition.ts';
import { literal } from '../definition/scalar-kinds.ts';
import { table, tagged } from '../definition/table.ts';
import { about, filePathOrUri, flag, httpUri, packageName, text } from './scalars.ts';

const common = {
  description: about.optional(),
  architecture: text('Architecture of the packages, in the words of the archive (amd64, x86_64).'),
  packages: list(packageName('Binary package.'))
    .describe('Packages to carry besides those that components and images ask for; with what they require.')
    .optional(),
};

const aptSnapshot = table({
  type: literal('apt'),
  'base-uri': httpUri('Address of the archive; omitted: the archive that the machine itself is set up for.').optional(),
  suite: text('Suite, such as testing.'),
  components: list(text('Component, such as main.'), 1).describe('Components of the suite.'),
  keyring: filePathOrUri('Keys that sign the Release file; omitted: those of the machine.').optional(),
  'allow-expired-reason': text('Why a Release file past its Valid-Until is accepted.').optional(),
  ...common,
});

const rpmMdSnapshot = table({
  type: literal('rpm-md'),
  'base-uri': httpUri('Address of the repository.').optional(),
  metalink: httpUri('Address of its metalink.').optional(),
  'gpg-key': filePathOrUri('Path or URI of the key that signs the packages.').optional(),
  'disable-gpg-check': flag('Accepts unsigned metadata and packages.').optional(),
  'disable-gpg-check-reason': text('Why; required with disable-gpg-check.').optional(),
  ...common,
})
  .check(['base-uri', 'metalink'], ({ baseUri, metalink }, report) => {
    if ((baseUri === undefined) === (metalink === undefined)) {
      report('needs exactly one of base-uri and metalink');
    }
  })
  .check(['gpg-key', 'disable-gpg-check'], ({ gpgKey, disableGpgCheck }, report) => {
    if (gpgKey === undefined && disableGpgCheck !== true) {
      report('needs a gpg-key (or disable-gpg-check = true with a reason)');
    }
  })
  .check(['disable-gpg-check', 'disable-gpg-check-reason'], (snapshot, report) => {
    if (snapshot.disableGpgCheck === true && snapshot.disableGpgCheckReason === undefined) {
      report('disable-gpg-check needs a disable-gpg-check-reason');
    }
  });

/** Where upstream packages come from. */
export const snapshotSource = tagged([aptSnapshot, rpmMdSnapshot]).named(
  'Snapshot',
  'Where upstream packages come from.',
);

export type SnapshotSource = Output<typeof snapshotSource>;
