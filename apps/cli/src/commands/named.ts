import { nearestNames, SlipwayError } from '@slipway/core';
import type { Component, Image, Project } from '@slipway/project';

export function namedImage(project: Project, name: string): Image {
  return named(project.images, name, { what: 'image', list: 'slipway image list', file: project.rootFile });
}

export function namedComponent(project: Project, name: string): Component {
  return named(project.components, name, {
    what: 'component',
    list: 'slipway component list',
    file: project.rootFile,
  });
}

function named<T>(
  known: ReadonlyMap<string, T>,
  name: string,
  { what, list, file }: { readonly what: string; readonly list: string; readonly file: string },
): T {
  const found = known.get(name);
  if (found === undefined) {
    const nearest = nearestNames(name, known.keys());
    const few = known.size > 0 && known.size <= 10 ? `it has ${[...known.keys()].join(', ')}` : `see ${list}`;
    throw new SlipwayError('PROJECT_UNKNOWN_NAME', `Cannot find the ${what} ${name}: the project does not define it`, {
      hint: nearest.length > 0 ? `did you mean ${nearest.join(' or ')}?` : few,
      at: { file },
    });
  }
  return found;
}
