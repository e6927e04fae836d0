import { z } from 'zod';
import type { Deviation, DeviationReport, SettingDeviation } from './deviation.ts';
import { settingNames } from './deviation.ts';
import { summariseDeviations } from './deviation-summary.ts';

const count = z.int().nonnegative();
const line = z.int().positive();

const commit = z.object({
  time: z.iso.datetime().describe('RFC 3339, in UTC.'),
  author: z.string(),
  commit: z.string().nullable().describe('Hexadecimal; null when it is not known.'),
});

const facts = {
  component: z.string(),
  description: z.string().describe('What it does; may be empty.'),
  reason: z.string().describe('Why it has to be; may be empty.'),
  reasonIsComment: z.boolean().describe('The reason is the comment above the declaration.'),
  at: z
    .object({ file: z.string(), line: line.nullable(), lastLine: line.nullable() })
    .describe('Where it is declared: lines from 1 of a file relative to the project.'),
  inheritedFrom: z.string().nullable().describe('The group or defaults that declare it; null: the component itself.'),
  since: commit
    .extend({ atLeast: z.boolean().describe('It may be older: the history at hand begins there.') })
    .nullable()
    .describe('The commit that brought it in; null when it is not known.'),
  changed: commit.nullable().describe('The last commit that changed it, when it is another one.'),
  isUncommitted: z.boolean().describe('Lines of it are not committed.'),
};

const overlay = z.object({
  ...facts,
  kind: z.enum(['import', 'source']).describe('import: of a binary package; source: of a spec and its sources.'),
  overlay: z.object({
    index: count.describe('Among the overlays of the component, from 0.'),
    type: z.string(),
    target: z.string().describe('What it acts on, short; may be empty.'),
  }),
  category: z.string().nullable(),
  upstreamStatus: z.string().nullable(),
  links: z.array(z.object({ kind: z.enum(['commit', 'bug']), url: z.string() })),
  measured: z
    .object({ linesAdded: count, linesRemoved: count, diff: z.string().describe('Unified; may be empty.') })
    .nullable()
    .describe('What it changed; null while nobody has applied it.'),
});

const setting = z.object({ ...facts, setting: z.enum(settingNames) });

const document = z
  .object({
    version: z.literal(1).describe('Of this form; members may be added without a new version.'),
    distribution: z.object({ name: z.string(), version: z.string() }),
    basis: z
      .enum(['built', 'declared'])
      .describe('built: what a finished build applied; declared: what the project says.'),
    project: z.string().nullable().describe('SHA-256 of the files of the project; null when it was not taken.'),
    totals: z.object({
      componentsTotal: count,
      componentsChanged: count.describe('Components with an overlay.'),
      deviations: count.describe('Overlays, counted once for each component that has them.'),
      declarations: count.describe('Overlays, counted once where they are declared.'),
      measured: count.describe('Overlays whose lines are known.'),
      linesAdded: count.nullable().describe('Of the measured overlays; null when there are none.'),
      linesRemoved: count.nullable(),
      settings: count.describe('Settings, counted once for each component that has them.'),
      componentsWithSettings: count,
      componentsDifferent: count.describe('Components with an overlay or a setting.'),
    }),
    byCategory: z.array(z.object({ category: z.string().nullable(), count })),
    byUpstreamStatus: z.array(z.object({ upstreamStatus: z.string().nullable(), count })),
    deviations: z.array(overlay).describe('Sorted by component and position.'),
    settings: z.array(setting).describe('Sorted by component and setting.'),
  })
  .meta({
    id: 'DeviationReport',
    description: 'What `slipway deviations --format json` prints: null stands for what is not stated or not known.',
  });

type DeviationDocument = z.output<typeof document>;
type DocumentedFacts = z.output<z.ZodObject<typeof facts>>;

/** JSON Schema (draft 2020-12) of the report for programs. */
export function deviationJsonSchema(): object {
  return z.toJSONSchema(document, { io: 'input' });
}

/** The report for programs, as `deviationJsonSchema` has it. */
export function deviationDocument(report: DeviationReport): DeviationDocument {
  const summary = summariseDeviations(report);
  return {
    version: 1,
    distribution: { name: report.distribution.name, version: report.distribution.version },
    basis: report.basis,
    project: report.project ?? null,
    totals: {
      componentsTotal: report.componentsTotal,
      componentsChanged: summary.components.changedByOverlays,
      deviations: summary.deviations.length,
      declarations: summary.entries.length,
      measured: summary.lines.measured,
      linesAdded: summary.lines.measured === 0 ? null : summary.lines.added,
      linesRemoved: summary.lines.measured === 0 ? null : summary.lines.removed,
      settings: summary.settings.length,
      componentsWithSettings: summary.components.changedBySettings,
      componentsDifferent: summary.components.different,
    },
    byCategory: summary.byCategory.map(({ key, count }) => ({ category: key || null, count })),
    byUpstreamStatus: summary.byUpstreamStatus.map(({ key, count }) => ({ upstreamStatus: key || null, count })),
    deviations: summary.deviations.map((deviation) => ({
      ...documentedFacts(deviation),
      kind: deviation.kind,
      overlay: { target: '', ...deviation.overlay },
      category: deviation.category ?? null,
      upstreamStatus: deviation.upstreamStatus ?? null,
      links: deviation.links.map(({ kind, url }) => ({ kind, url })),
      measured: deviation.measured ?? null,
    })),
    settings: summary.settings.map((each) => ({ ...documentedFacts(each), setting: each.setting })),
  };
}

function documentedFacts(deviation: Deviation | SettingDeviation): DocumentedFacts {
  const { at, since, changed } = deviation;
  return {
    component: deviation.component,
    description: deviation.description,
    reason: deviation.reason,
    reasonIsComment: deviation.reasonIsComment ?? false,
    at: { file: at.file, line: at.line ?? null, lastLine: at.lastLine ?? null },
    inheritedFrom: deviation.inheritedFrom ?? null,
    since: since === undefined ? null : { ...documentedCommit(since), atLeast: since.atLeast ?? false },
    changed: changed === undefined ? null : documentedCommit(changed),
    isUncommitted: deviation.isUncommitted ?? false,
  };
}

function documentedCommit({ time, author, commit: id }: NonNullable<Deviation['changed']>) {
  return { time: new Date(time * 1000).toISOString(), author, commit: id ?? null };
}

/** Reads what `deviationDocument` wrote; undefined for anything else, for example a report of another version. */
export function parseDeviationDocument(text: string): DeviationReport | undefined {
  const parsed = document.safeParse(parseJson(text));
  if (!parsed.success) {
    return undefined;
  }
  const { distribution, basis, project, totals, deviations, settings } = parsed.data;
  return {
    distribution,
    basis,
    ...(project !== null && { project }),
    componentsTotal: totals.componentsTotal,
    deviations: deviations.map(({ category, upstreamStatus, measured, kind, overlay: applied, links, ...each }) => ({
      ...readFacts(each),
      kind,
      overlay: applied,
      category: category ?? undefined,
      upstreamStatus: upstreamStatus ?? undefined,
      links,
      ...(measured !== null && { measured }),
    })),
    settings: settings.map(({ setting: name, ...each }) => ({ ...readFacts(each), setting: name })),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readFacts({ at, since, changed, inheritedFrom, ...each }: DocumentedFacts) {
  return {
    component: each.component,
    description: each.description,
    reason: each.reason,
    ...(each.reasonIsComment && { reasonIsComment: true }),
    at: {
      file: at.file,
      ...(at.line !== null && { line: at.line }),
      ...(at.lastLine !== null && { lastLine: at.lastLine }),
    },
    ...(inheritedFrom !== null && { inheritedFrom }),
    ...(since !== null && { since: { ...readCommit(since), ...(since.atLeast && { atLeast: true }) } }),
    ...(changed !== null && { changed: readCommit(changed) }),
    ...(each.isUncommitted && { isUncommitted: true }),
  };
}

function readCommit({ time, author, commit: id }: z.output<typeof commit>) {
  return { time: Date.parse(time) / 1000, author, ...(id !== null && { commit: id }) };
}
