import { SlipwayError, type SourcePosition } from '@slipway/core';
import type { Project } from '@slipway/project';
import { requestedPackages, type UpstreamRequests } from './upstream-requests.ts';

/** Who in a project asks for packages, and where it says so. */
interface Requester {
  readonly who: string;
  readonly names: readonly string[];
  positionOf(name: string): SourcePosition;
}

/**
 * Adds to an error about packages (`data.name`, or `data.names` that cannot be had together) who asks for them and the
 * place in the project. Other errors stay as they are.
 */
export function withRequester(cause: unknown, requests: UpstreamRequests, project: Project): unknown {
  if (!(cause instanceof SlipwayError) || cause.at !== undefined) {
    return cause;
  }
  const { name, names } = cause.data ?? {};
  const wanted: unknown[] = Array.isArray(names) ? names : [name];
  const requester = requesters(requests, project).find((each) =>
    wanted.every((one) => each.names.includes(String(one))),
  );
  const { code, message, hint, data = {} } = cause;
  if (requester === undefined) {
    return cause;
  }
  return new SlipwayError(code, `${message}${message.includes('\n') ? '\n  ' : ' '}(for ${requester.who})`, {
    ...(hint === undefined ? {} : { hint }),
    ...{ at: requester.positionOf(String(wanted[0])), data, cause },
  });
}

function requesters({ images, imports, locals }: UpstreamRequests, project: Project): Requester[] {
  const environment = project.buildEnvironment.packages ?? [];
  const inEnvironment = (name: string) =>
    project.position(['build-environment', 'packages', environment.indexOf(name)]);
  return [
    ...images.map((image) => ({
      who: `image ${image.name}`,
      names: requestedPackages(image.definition),
      positionOf: (name: string) => image.packagePosition(name),
    })),
    ...locals.map((local) => ({
      who: `building ${local.component.name}`,
      names: [...environment, ...local.buildRequires],
      positionOf: (name: string) =>
        local.buildRequires.includes(name) ? local.requirementPosition(name) : inEnvironment(name),
    })),
    ...imports.map(({ name, spec, origin }) => ({
      who: `component ${name}`,
      names: spec.type === 'import' ? [spec.package] : [],
      positionOf: () => project.position(origin),
    })),
    ...[...project.snapshots].map(([name, { packages = [] }]) => ({
      who: `snapshot ${name}`,
      names: packages,
      positionOf: (wanted: string) => project.position(['snapshots', name, 'packages', packages.indexOf(wanted)]),
    })),
  ];
}
