export { componentMacros } from './component-macros.ts';
export { type ComponentSources, type OtherUpstream, SourceLoader, type UpstreamOrigin } from './component-sources.ts';
export { type AttributedLine, attributeLines } from './explain/attribute-lines.ts';
export type { MatchElsewhere, NearLine, OverlayFailure, PartialLines } from './explain/explain-failure.ts';
export {
  type ComponentExplanation,
  explainComponent,
  explainOverlays,
  type OverlayExplanation,
} from './explain/explain-overlays.ts';
export { formatAttribution } from './explain/format-attribution.ts';
export { formatExplanation } from './explain/format-explanation.ts';
export { type Paint, paintDiff } from './explain/paint.ts';
export type { OverlayChainOptions, PreparedComponent } from './explain/prepared-component.ts';
export { selectOverlay } from './explain/select-overlay.ts';
export { type FilteredFiles, type FilterInput, keptFiles, type SpecSources, sourcesOf } from './file-filter.ts';
export { diff3, type MergeHunk, mergedLinesOf } from './forecast/diff3.ts';
export {
  type ForecastMerge,
  type ForecastVerdict,
  forecastOverlays,
  type OverlayForecast,
} from './forecast/forecast-overlays.ts';
export {
  countForecasts,
  type ForecastCounts,
  forecastAdvice,
  formatForecast,
  formatForecastCounts,
  formatForecastTable,
} from './forecast/format-forecast.ts';
export type { OverlaySuggestion } from './forecast/suggest-overlays.ts';
export { type ChangedComponent, changedComponents, type ProjectState } from './identity/changed-components.ts';
export type { FieldChange } from './identity/changed-fields.ts';
export {
  type ComponentIdentity,
  componentIdentity,
  formatIdentity,
  type IdentityFields,
  lockedFields,
} from './identity/component-identity.ts';
export { Identities } from './identity/load-identity.ts';
export { loadLocalSources } from './local-sources.ts';
export { compareRendered, type RenderedDifference } from './output/compare-rendered.ts';
export {
  failureFile,
  listRendered,
  loadRendered,
  type RenderedFile,
  removeRendered,
  renderedDirectory,
  saveRendered,
} from './output/rendered-directory.ts';
export { saveDirectory } from './output/save-directory.ts';
export { projectFileLoader } from './project-files.ts';
export type { RememberedCounts } from './release/count-release.ts';
export { type AutospecInput, type AutospecResult, expandAutospec } from './release/expand-autospec.ts';
export type { HistoryCommit, ReadBlob } from './release/history-commit.ts';
export { planRelease, type ReleaseCalculation, type ReleaseInput, type ReleasePlan } from './release/release-tag.ts';
export {
  type CombinedHistory,
  type CombineInput,
  combineHistory,
  type LockCommit,
  renderedBlob,
} from './release/synthetic-history.ts';
export { type ProvenanceInput, upstreamProvenance, upstreamRelease } from './release/upstream-provenance.ts';
export { type RenderedComponent, renderComponent } from './render-component.ts';
export { type RenderOutcome, type RenderRequest, renderComponents, renderedOf } from './render-components.ts';
export { loadRenderContext, type RenderContext, toolOf } from './render-context.ts';
export { type RenderInput, type RenderStep, renderedMacros, renderSteps } from './render-steps.ts';
export { type FetchContext, type FetchedSource, fetchSources } from './sources/fetch-sources.ts';
export { type PlannedSource, planSources, type SourcesPlan, type SourcesPlanOptions } from './sources/plan-sources.ts';
export { type PreparedSources, type PrepareOptions, prepareSources } from './sources/prepare-sources.ts';
export type { KnownMacros } from './spec-macros/walk-spec.ts';
export { isLockStale, type UpdateOptions, updatedLock } from './update-lock.ts';
