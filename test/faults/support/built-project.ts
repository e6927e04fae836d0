import { FaultProject, type ProjectPlan } from './fault-project.ts';
import { HostileArchive } from './hostile-archive.ts';
import { smallDistribution } from './small-distribution.ts';

/** A project that was built once, its archive, and what it had then. */
export async function builtProject(plan: Partial<ProjectPlan> = {}) {
  const archive = await HostileArchive.start(await smallDistribution());
  const project = await FaultProject.create({ archive, packages: ['base', 'app'], ...plan });
  const stop = async () => void (await archive.stop(), await project.remove());
  try {
    const { result } = await project.run();
    return { archive, project, result, outputs: await project.outputs(), stop };
  } catch (failure) {
    await stop();
    throw failure;
  }
}
