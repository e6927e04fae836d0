/** The rules of lint: most starts of the program have no use for them, and reading them takes a tenth of a second. */
export async function loadLint() {
  const [{ lintOverlays }, { lintReference }, { lintCatalogue }] = await Promise.all([
    import('./lint/lint-overlays.ts'),
    import('./lint/lint-reference.ts'),
    import('./lint/lint-codes.ts'),
  ]);
  return { lintOverlays, lintReference, lintCatalogue };
}

/** Overlays inside archives, with everything that packs and unpacks. */
export async function loadArchiveOverlays() {
  const { applyArchiveOverlays, stageArchiveOverlays } = await import('./archive/apply-archive-overlays.ts');
  return { applyArchiveOverlays, stageArchiveOverlays };
}
