import type { Component, ConfigPath, Origin, Project } from '@slipway/project';
import { below, declaredAt, explanation, layers, writtenLayer } from './declared-overlays.ts';
import type { SettingDeviation } from './deviation.ts';

interface ChangingSetting {
  readonly setting: SettingDeviation['setting'];
  readonly path: ConfigPath;
  readonly description: string;
  readonly reason?: string | undefined;
}

/** Settings by which a component is built differently from upstream; a spec of the project's own has no upstream. */
export function declaredSettings(project: Project, component: Component): SettingDeviation[] {
  if (component.spec.type !== 'upstream') {
    return [];
  }
  const settings = changingSettings(component).map((setting) => describeSetting(project, component, setting));
  return [...settings, ...replacedFiles(project, component)];
}

function changingSettings({ build, release }: Component): ChangingSetting[] {
  const lists = [
    ['build.with', 'Builds with', build.with ?? []],
    ['build.without', 'Builds without', build.without ?? []],
    ['build.defines', 'Defines', Object.entries(build.defines ?? {}).map(([name, value]) => `${name} = ${value}`)],
    ['build.undefines', 'Undefines', build.undefines ?? []],
  ] as const;
  const found: ChangingSetting[] = lists
    .filter(([, , values]) => values.length > 0)
    .map(([setting, verb, values]) => ({
      setting,
      path: setting.split('.'),
      description: `${verb} ${values.join(', ')}`,
    }));
  if (build.check?.skip === true) {
    const path = ['build', 'check', 'skip'];
    found.push({
      setting: 'build.check.skip',
      path,
      description: 'Skips the tests of the build',
      reason: build.check.skipReason,
    });
  }
  if (release === 'manual') {
    const path = ['release', 'calculation'];
    found.push({ setting: 'release.calculation', path, description: 'Keeps the Release tag as it is written' });
  }
  return found;
}

function describeSetting(
  project: Project,
  component: Component,
  { setting, path, description, reason }: ChangingSetting,
): SettingDeviation {
  const layer = writtenLayer(project, component, path);
  const where = layer === undefined ? component.origin : below(layer.where, path);
  return {
    component: component.name,
    setting,
    description,
    ...explanation(reason, project.declaration(where)?.comment),
    at: declaredAt(project, where),
    ...(layer?.name !== undefined && { inheritedFrom: layer.name }),
  };
}

function replacedFiles(project: Project, component: Component): SettingDeviation[] {
  const { sourceFiles } = component;
  const places = sourceFiles.some(({ replaceUpstream }) => replaceUpstream === true)
    ? sourceFilePlaces(project, component)
    : [];
  return sourceFiles.flatMap(({ filename, replaceUpstream, replaceReason }, index) => {
    const place = places[places.length === sourceFiles.length ? index : -1];
    const where = place?.where ?? component.origin;
    return replaceUpstream !== true
      ? []
      : [
          {
            component: component.name,
            setting: 'source-files',
            description: `Replaces ${filename}`,
            ...explanation(replaceReason, project.declaration(where)?.comment),
            at: declaredAt(project, where),
            ...(place?.name !== undefined && { inheritedFrom: place.name }),
          },
        ];
  });
}

/** Lists are continued from the weakest table to the nearest. */
function sourceFilePlaces(
  project: Project,
  component: Component,
): { readonly where: ConfigPath | Origin; readonly name?: string }[] {
  return layers(project, component)
    .toReversed()
    .flatMap((layer) => {
      const places = [];
      for (let index = 0; ; index++) {
        const where = below(layer.where, ['source-files', index]);
        if (project.declaration(where) === undefined) {
          return places;
        }
        places.push({ ...layer, where });
      }
    });
}
