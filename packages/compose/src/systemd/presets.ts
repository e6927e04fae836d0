import { SlipwayError } from '@slipway/core';
import type { ConfigFile } from '../accounts.ts';
import { splitQuoted } from '../sysusers.ts';
import { type UnitGlob, unitGlob } from './unit-glob.ts';

export interface PresetRule {
  readonly action: 'enable' | 'disable' | 'ignore';
  readonly pattern: UnitGlob;
  /** Instances that `enable` names for a template unit. */
  readonly instances: readonly string[];
}

export interface PresetDecision {
  readonly action: 'enable' | 'disable' | 'ignore';
  readonly instances: readonly string[];
}

/** Preset files in the order of systemd.preset(5): by base name over all directories. */
export function parsePresets(files: readonly ConfigFile[]): PresetRule[] {
  const baseName = (file: ConfigFile) => file.path.slice(file.path.lastIndexOf('/') + 1);
  const ordered = [...files].sort((a, b) => (baseName(a) < baseName(b) ? -1 : 1));
  return ordered.flatMap((file) =>
    file.text.split('\n').flatMap((line, index) => parseRule(line.trim(), file.path, index + 1)),
  );
}

/** The first rule that matches decides; without one, systemd enables. */
export function presetFor(unit: string, rules: readonly PresetRule[]): PresetDecision {
  const candidates = [unit, templateOf(unit)].filter((name) => name !== undefined);
  for (const rule of rules) {
    if (candidates.some((name) => rule.pattern.test(name))) {
      return { action: rule.action, instances: rule.instances };
    }
  }
  return { action: 'enable', instances: [] };
}

function templateOf(unit: string): string | undefined {
  const match = /^([^@]+@)[^.]+(\..+)$/.exec(unit);
  return match === null ? undefined : `${match[1]}${match[2]}`;
}

function parseRule(line: string, file: string, number: number): PresetRule[] {
  if (line === '' || line.startsWith('#') || line.startsWith(';')) {
    return [];
  }
  const [action = '', pattern = '', ...instances] = splitQuoted(line);
  if ((action !== 'enable' && action !== 'disable' && action !== 'ignore') || pattern === '') {
    throw new SlipwayError('COMPOSE_BAD_CONFIG', `Cannot read preset line: ${JSON.stringify(line)}`, {
      at: { file, line: number },
      hint: 'a preset line is `enable PATTERN`, `disable PATTERN` or `ignore PATTERN` (systemd.preset(5))',
    });
  }
  return [{ action, pattern: unitGlob(pattern), instances }];
}
