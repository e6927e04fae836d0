import { z } from 'zod';
import { about, filePath, flag, httpUri, text, textList } from './scalars.ts';
import { namedTable, table } from './table.ts';

const resourceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/, 'must be a name of letters, digits and _ . : -');

const trust = {
  'gpg-key': filePath('Path or URI of the key that signs the metadata.').exactOptional(),
  'disable-gpg-check': flag('Accepts unsigned metadata.').exactOptional(),
  arches: textList('Architectures that the repository serves.').exactOptional(),
};

const rpmRepo = table({
  description: about.exactOptional(),
  type: z.literal('rpm-md').exactOptional(),
  'base-uri': httpUri('Address of the repository.').exactOptional(),
  metalink: httpUri('Address of its metalink.').exactOptional(),
  ...trust,
}).superRefine((repo, context) => {
  if ((repo.baseUri === undefined) === (repo.metalink === undefined)) {
    context.addIssue({ code: 'custom', path: [], message: 'needs exactly one of base-uri and metalink' });
  }
  if (repo.gpgKey === undefined && repo.disableGpgCheck !== true) {
    context.addIssue({ code: 'custom', path: [], message: 'needs a gpg-key (or disable-gpg-check = true)' });
  }
});

const subrepo = table({
  name: text('Appended to the prefix of the set.'),
  subpath: text('Appended to the base URI of the set.'),
  kind: z.enum(['binary', 'debug', 'source']).describe('What the repository contains.').exactOptional(),
});

const rpmRepoSet = table({
  description: about.exactOptional(),
  template: text('An entry of resources.rpm-repo-set-templates.'),
  'base-uri': httpUri('Address before the subpaths.'),
  'name-prefix': z.string().describe('Before the names of the repositories.').exactOptional(),
  subrepos: textList('Only these of the template.').exactOptional(),
  ...trust,
});

export const resources = table({
  'rpm-repos': z.record(resourceName, rpmRepo).describe('Single repositories.').exactOptional(),
  'rpm-repo-set-templates': namedTable(
    table({
      description: about.exactOptional(),
      subrepos: z.array(subrepo).describe('Its repositories.').exactOptional(),
    }),
  )
    .describe('Layouts of published trees.')
    .exactOptional(),
  'rpm-repo-sets': namedTable(rpmRepoSet).describe('Published trees: a layout at an address.').exactOptional(),
});

export type Resources = z.output<typeof resources>;
