import type { ConfigFile } from './schema/config-file.ts';

/**
 * What holds before any file is read, unless a load leaves it out. The layouts of published trees are those of azldev;
 * the author is our own neutral choice, and no tool is preset, since Slipway runs no image customizer.
 */
export const embeddedDefaults: ConfigFile = {
  project: { defaultAuthorEmail: 'slipway@example.org' },
  resources: {
    rpmRepoSetTemplates: {
      'azl-standard': { subrepos: ['base', 'sdk'].flatMap(standardChannel) },
      'koji-dist-repo': {
        subrepos: [
          { name: 'binary', kind: 'binary', subpath: '$basearch' },
          { name: 'debug', kind: 'debug', subpath: '$basearch/debug' },
          { name: 'src', kind: 'source', subpath: 'src' },
        ],
      },
    },
  },
};

type Subrepo = { readonly name: string; readonly kind: 'binary' | 'debug' | 'source'; readonly subpath: string };

function standardChannel(channel: string): Subrepo[] {
  return [
    { name: channel, kind: 'binary', subpath: `${channel}/$basearch` },
    { name: `${channel}-debug`, kind: 'debug', subpath: `${channel}/debuginfo/$basearch` },
    { name: `${channel}-src`, kind: 'source', subpath: `${channel}/srpms` },
  ];
}
