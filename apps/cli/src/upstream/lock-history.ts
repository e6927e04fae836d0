import type { ProgressListener } from '@slipway/core';
import type { LockChange, Project } from '@slipway/project';
import type { CommandContext } from '../context.ts';

/** The history that releases are counted from; that it may be cut off is said. */
export async function lockHistoryOf(
  { machine }: CommandContext,
  project: Project,
  progress: ProgressListener,
): Promise<ReadonlyMap<string, readonly LockChange[]>> {
  const { loadLockHistory } = await import('@slipway/project');
  const { changes, isShallow } = await loadLockHistory(project, { searchPath: machine.env.PATH });
  if (isShallow) {
    progress({
      type: 'note',
      level: 'warning',
      text: 'The repository of the project is a shallow clone: releases and changelogs lack what was before (git fetch --unshallow).',
    });
  }
  return changes;
}
