import type { ImportRequest } from '@slipway/upstream';

/** As the main job imports; what the rest of a snapshot says about a package costs nothing here, so nothing is said. */
export const importOptions: Pick<ImportRequest, 'facts' | 'options'> = {
  facts: { virtualNames: [], absentNames: [], repairs: {} },
  options: { buildTime: 1_793_404_800, vendor: 'bench', distTag: '', zstdLevel: 3 },
};
