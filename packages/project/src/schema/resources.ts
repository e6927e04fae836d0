import { list, namedTable } from '../definition/collection-kinds.ts';
import type { Output } from '../definition/definition.ts';
import { choice, literal, string } from '../definition/scalar-kinds.ts';
import { table } from '../definition/table.ts';
import { about, filePathOrUri, flag, httpUri, text, textList } from './scalars.ts';

const resourceName = string({
  pattern: /^[A-Za-z0-9][A-Za-z0-9_.:-]*$/,
  must: 'must be a name of letters, digits and _ . : -',
});

const trust = {
  'gpg-key': filePathOrUri('Path or URI of the key that signs the metadata.').optional(),
  'disable-gpg-check': flag('Accepts unsigned metadata.').optional(),
  arches: textList('Architectures that the repository serves.').optional(),
};

const rpmRepo = table({
  description: about.optional(),
  type: literal('rpm-md').optional(),
  'base-uri': httpUri('Address of the repository.').optional(),
  metalink: httpUri('Address of its metalink.').optional(),
  ...trust,
})
  .check(['base-uri', 'metalink'], ({ baseUri, metalink }, report) => {
    if ((baseUri === undefined) === (metalink === undefined)) {
      report('needs exactly one of base-uri and metalink');
    }
  })
  .check(['gpg-key', 'disable-gpg-check'], ({ gpgKey, disableGpgCheck }, report) => {
    if (gpgKey === undefined && disableGpgCheck !== true) {
      report('needs a gpg-key (or disable-gpg-check = true)');
    }
  });

const subrepo = table({
  name: text('Appended to the prefix of the set.'),
  subpath: text('Appended to the base URI of the set.'),
  kind: choice(['binary', 'debug', 'source']).describe('What the repository contains.').optional(),
});

const rpmRepoSet = table({
  description: about.optional(),
  template: text('An entry of resources.rpm-repo-set-templates.'),
  'base-uri': httpUri('Address before the subpaths.'),
  'name-prefix': string().describe('Before the names of the repositories.').optional(),
  subrepos: textList('Only these of the template.').optional(),
  ...trust,
});

export const resources = table({
  'rpm-repos': namedTable(rpmRepo, resourceName).describe('Single repositories.').optional(),
  'rpm-repo-set-templates': namedTable(
    table({
      description: about.optional(),
      subrepos: list(subrepo).describe('Its repositories.').optional(),
    }),
  )
    .describe('Layouts of published trees.')
    .optional(),
  'rpm-repo-sets': namedTable(rpmRepoSet).describe('Published trees: a layout at an address.').optional(),
});

export type Resources = Output<typeof resources>;
