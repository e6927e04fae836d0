import { basename, dirname } from 'node:path';
import type { Project } from '@slipway/project';
import { MemorySourceFiles } from '@slipway/spec';
import type { PreparedComponent } from './explain/prepared-component.ts';
import { projectFileLoader } from './project-files.ts';
import { listSpecDirectory } from './spec-directory.ts';

/**
 * A spec of the project with the files beside it, without those that define the project. Throws what `projectFileLoader`
 * and `listSpecDirectory` throw.
 */
export async function loadLocalSources(
  project: Pick<Project, 'directory' | 'files'>,
  name: string,
  specPath: string,
): Promise<PreparedComponent & { readonly spec: Buffer }> {
  const load = projectFileLoader(project);
  const files = new MemorySourceFiles();
  for (const { path, file } of await listSpecDirectory(dirname(specPath), project.files)) {
    if (file !== specPath) {
      const { bytes, mode } = await load(file);
      await files.write(path, bytes, mode);
    }
  }
  return { name, spec: Buffer.from((await load(specPath)).bytes), specName: basename(specPath), files };
}
