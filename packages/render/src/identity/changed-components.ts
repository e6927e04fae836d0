import { canonicalJson } from '@slipway/core';
import type { Component, ComponentLock, Lock, Project } from '@slipway/project';
import { changedFields, type FieldChange } from './changed-fields.ts';
import { Identities } from './load-identity.ts';

/** A project at one moment of its history. */
export interface ProjectState {
  readonly project: Project;
  /** The upstream packages that imports are made from. */
  readonly lock: Lock | undefined;
  readonly lockOf: (component: string) => Promise<ComponentLock | undefined>;
}

export interface ChangedComponent {
  readonly component: string;
  readonly change: 'added' | 'removed' | 'changed' | 'unchanged';
  /** Empty unless it is `changed`. */
  readonly fields: readonly FieldChange[];
}

/** Compares the identities of all components of two states, in order of their names. */
export async function changedComponents(from: ProjectState, to: ProjectState): Promise<ChangedComponent[]> {
  const [before, after] = [await fieldsOf(from), await fieldsOf(to)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.map((component) => compare(component, before.get(component), after.get(component)));
}

type Fields = Readonly<Record<string, string>>;

function compare(component: string, before: Fields | undefined, after: Fields | undefined): ChangedComponent {
  if (before === undefined || after === undefined) {
    return { component, change: before === undefined ? 'added' : 'removed', fields: [] };
  }
  const fields = changedFields(before, after);
  return { component, change: fields.length === 0 ? 'unchanged' : 'changed', fields };
}

async function fieldsOf({ project, lock, lockOf }: ProjectState): Promise<Map<string, Fields>> {
  const identities = new Identities(project, lock);
  const fields = new Map<string, Fields>();
  for (const component of project.components.values()) {
    fields.set(component.name, await fieldsOfComponent(identities, component, await lockOf(component.name)));
  }
  return fields;
}

async function fieldsOfComponent(
  identities: Identities,
  component: Component,
  lock: ComponentLock | undefined,
): Promise<Fields> {
  const { fields } = await identities.of(component, lock);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, canonicalJson(value)]));
}
