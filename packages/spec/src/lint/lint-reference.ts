import { formatCount } from '@slipway/core';
import { overlayMembers } from '../overlay-toml.ts';
import { type LintExample, type LintRule, lintCatalogue } from './lint-codes.ts';

const groups: readonly (readonly [LintRule['severity'], string])[] = [
  ['error', 'the overlay fails, or nothing of it takes effect: rendering the component stops there, or should'],
  ['warning', 'it does something else than it seems to, or nobody can say why it exists'],
  ['note', 'it works, and could be simpler or more lasting'],
];

/** The page docs/reference/lint.md; `generated` says where it comes from. */
export function lintReference(generated: string): string {
  const rules = Object.entries<LintRule>(lintCatalogue);
  return `${[
    '# Lint reference',
    generated,
    'What `slipway component lint` finds in the overlays of a component. Each finding has a code, a place, a reason and, ' +
      'where it is mechanical, the fields to write instead. Rules that need the spec are asked only where it is at hand; ' +
      'then each overlay is tried on what the ones before it made, and the spec decides what the text alone leaves open.',
    ['| severity | meaning |', '|---|---|', ...groups.map(([name, meaning]) => `| ${name} | ${meaning} |`)].join('\n'),
    ['| code | severity | finding |', '|---|---|---|', ...rules.map(tableRow)].join('\n'),
    ...rules.map(ruleSection),
  ].join('\n\n')}\n`;
}

function tableRow([code, { severity, meaning }]: [string, LintRule]): string {
  return `| [${code}](#${code}) | ${severity} | ${meaning.replaceAll('|', '\\|')} |`;
}

function ruleSection([code, { severity, meaning, why, example }]: [string, LintRule]): string {
  return [`## ${code}`, `*${severity}.* ${meaning} ${why}`, 'Example:', exampleText(example)].join('\n\n');
}

function exampleText({
  overlays,
  spec,
  times,
  files,
  sourceFiles,
  sources,
  mode,
  releaseCalculation,
}: LintExample): string {
  const tables = overlays.map((overlay) => `[[components.demo.overlays]]\n${overlayMembers(overlay).join('\n')}`);
  const facts = [
    ...(releaseCalculation === undefined ? [] : [`Release calculation: ${releaseCalculation}.`]),
    ...(mode === undefined ? [] : [`Mode: ${mode}.`]),
    ...(files === undefined ? [] : [`Source files: ${files.map((file) => `\`${file}\``).join(', ') || 'none'}.`]),
    ...(sourceFiles?.length === 0 ? ['The component has no source-files.'] : []),
    ...(sources?.length === 0 ? ['The source does not exist.'] : []),
  ];
  return [
    fenced('toml', tables.join('\n\n')),
    ...(facts.length === 0 ? [] : [facts.join(' ')]),
    ...(spec === undefined
      ? []
      : [
          times === undefined ? 'on the spec' : `on a spec that is ${formatCount(times)} times`,
          fenced('spec', spec.trimEnd()),
        ]),
  ].join('\n\n');
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
