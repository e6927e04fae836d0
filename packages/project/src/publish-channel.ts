import type { Component, Project } from './project.ts';
import type { PackagePublish } from './schema/component.ts';

/** Which rule named the channel, weakest first. */
export type PublishRule = 'default' | 'component' | 'group' | 'package';

export type PublishDecision =
  | { readonly type: 'channel'; readonly channel: string; readonly rule: PublishRule }
  /** The channel is `none`. */
  | { readonly type: 'unpublished'; readonly rule: PublishRule }
  /** No rule names a channel. */
  | { readonly type: 'unset' };

/**
 * Where a binary package of a component is published (overlays.md 1.7): the default of the project, the component,
 * the package group, the package itself, the last one that names a channel. Debug packages follow debuginfo-channel.
 */
export function publishChannel(project: Project, component: Component, rpmName: string): PublishDecision {
  const pick = isDebugPackage(rpmName) ? debugChannel : rpmChannel;
  const rules: readonly (readonly [PublishRule, PackagePublish | undefined])[] = [
    ['package', component.packages.get(rpmName)],
    ['group', packageGroupPublish(project, rpmName)],
    ['component', component.publish],
    ['default', project.defaultPackagePublish],
  ];
  for (const [rule, publish] of rules) {
    const channel = publish === undefined ? undefined : pick(publish);
    if (channel !== undefined) {
      return channel === 'none' ? { type: 'unpublished', rule } : { type: 'channel', channel, rule };
    }
  }
  return { type: 'unset' };
}

/** `debuginfo` or `debugsource` as a whole part of the name between hyphens. */
export function isDebugPackage(rpmName: string): boolean {
  return rpmName.split('-').some((part) => part === 'debuginfo' || part === 'debugsource');
}

function rpmChannel(publish: PackagePublish): string | undefined {
  return publish.rpmChannel ?? publish.channel;
}

function debugChannel(publish: PackagePublish): string | undefined {
  return publish.debuginfoChannel;
}

const groupsOfProjects = new WeakMap<Project['packageGroups'], ReadonlyMap<string, PackagePublish>>();

function packageGroupPublish(project: Project, rpmName: string): PackagePublish | undefined {
  let publish = groupsOfProjects.get(project.packageGroups);
  if (publish === undefined) {
    const groups = [...project.packageGroups.values()];
    publish = new Map(groups.flatMap((group) => group.packages.map((name) => [name, group.publish] as const)));
    groupsOfProjects.set(project.packageGroups, publish);
  }
  return publish.get(rpmName);
}
