import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DistGitProject, day, newYear, specOf } from '../support/dist-git-project.ts';

const withBuild = (flag: string, more = '') => `[components.demo]\nbuild.with = ["${flag}"]\n${more}`;

const spec = (project: DistGitProject, name = 'demo') => project.read(`specs/${name[0]}/${name}/${name}.spec`);
const release = (project: DistGitProject, name = 'demo') => /\nRelease: (.*)\n/.exec(spec(project, name))?.[1];

/** Changes the project, updates the lock, and commits both. */
async function change(project: DistGitProject, text: string, { message, ofYear }: { message: string; ofYear: number }) {
  project.define(text);
  await project.component('update --all');
  return project.commit(message, ofYear);
}

test('a written release is raised by each commit of the project that changed the lock’s fingerprint', async (t) => {
  const project = await DistGitProject.open(t);
  project.publish('demo', { 'demo.spec': specOf('demo') });
  project.define(withBuild('tests'));
  await project.component('render demo');
  assert.equal(release(project), '1%{?dist}', 'a project without locks counts nothing');
  await project.component('update demo');
  await project.component('render demo');
  assert.equal(release(project), '2%{?dist}', 'a lock that is not committed counts once');
  project.commit('Build demo with tests', 40);
  await project.component('render demo');
  assert.equal(release(project), '2%{?dist}', 'nothing changes when it is committed');

  await change(project, withBuild('docs'), { message: 'Build demo with docs', ofYear: 41 });
  await change(project, `# only a comment\n${withBuild('docs')}`, { message: 'Say something', ofYear: 42 });
  await project.component('render demo');
  assert.equal(release(project), '3%{?dist}');
  assert.match(spec(project), /\n%changelog\n\* Thu Jan 01 2026 Ada <ada@example\.org> - 1\.0-1\n- First\n$/);
  assert.equal((await project.component('render demo --check')).status, 0);

  await project.component('update demo --bump');
  await project.component('render demo');
  assert.equal(release(project), '4%{?dist}', 'a bump is a change');
});

test('manual and other numberings stay; what cannot be raised is an error that names the setting', async (t) => {
  const project = await DistGitProject.open(t);
  project.publish('demo', { 'demo.spec': specOf('demo').replace('1%{?dist}', '0.3.rc2%{?dist}') });
  project.publish('auto', { 'auto.spec': specOf('auto').replace('1%{?dist}', '%autorelease') });
  const auto = '[components.auto]\nrelease.calculation = "static"\n';
  project.define(`${withBuild('tests')}${auto}`);
  await project.component('update --all');
  const { status, stdout } = await project.component('render --all');

  assert.equal(status, 2);
  assert.match(stdout, /failed {5}demo: RENDER_RELEASE_UNSUPPORTED: .*"0\.3\.rc2%\{\?dist\}" is not a number/);
  assert.match(stdout, /at demo\.spec:\d+\n +hint: set release\.calculation = "manual"/);
  assert.match(stdout, /failed {5}auto: RENDER_RELEASE_UNSUPPORTED: .*release\.calculation is "static"/);
  project.define(`${withBuild('tests', 'release.calculation = "manual"\n')}${auto.replace('static', 'autorelease')}`);
  await project.component('update --all');
  assert.equal((await project.component('render --all')).status, 0);
  assert.equal(release(project), '0.3.rc2%{?dist}');
  assert.match(spec(project, 'auto'), /^## START: Set by rpmautospec\n/);
});

test('%autorelease and %autochangelog have upstream’s commits and those of the project', async (t) => {
  const project = await DistGitProject.open(t);
  const demo = project.package('demo');
  const text = specOf('demo')
    .replace('1%{?dist}', '%autorelease')
    .replace(/%changelog[^]*$/, '%changelog\n%autochangelog\n');
  demo.commit({ message: 'Package demo', time: newYear, files: { 'demo.spec': text } });
  demo.commit({ message: 'Rebuild for something', time: newYear + day, files: { 'a.patch': 'x\n' } });
  await change(project, withBuild('tests'), { message: 'Build demo with tests\n\nBecause we can.', ofYear: 40 });
  await change(project, withBuild('docs'), { message: 'Build demo with docs', ofYear: 41 });
  await project.component('render demo');

  const changelog = spec(project).slice(spec(project).indexOf('%changelog'));
  assert.match(spec(project), /return 4 \+ base - 1\n/);
  const entries = [
    ...['* Wed Feb 11 2026 Ada <ada@example.org> - 1.0-4', '- Build demo with docs', ''],
    ...['* Tue Feb 10 2026 Ada <ada@example.org> - 1.0-3', '- Build demo with tests', ''],
    ...['* Fri Jan 02 2026 Ada <ada@example.org> - 1.0-2', '- Rebuild for something', ''],
    ...['* Thu Jan 01 2026 Ada <ada@example.org> - 1.0-1', '- Package demo'],
  ];
  assert.ok(changelog.includes(entries.join('\n')), changelog);
  const { status } = await project.component('render demo --check');
  assert.equal(status, 0);
});

test('a clone of the project renders the same bytes from another cache', async (t) => {
  const project = await DistGitProject.open(t);
  project.publish('demo', { 'demo.spec': specOf('demo').replace('1%{?dist}', '%autorelease') });
  await change(project, withBuild('tests'), { message: 'Build demo with tests', ofYear: 40 });
  await project.component('render demo');
  const before = project.files();
  project.remove('specs');
  rmSync(join(project.root, 'cache'), { recursive: true });
  await project.component('render demo');

  assert.deepEqual(project.files(), before);
});

test('a local component counts the commits of its project too', async (t) => {
  const project = await DistGitProject.open(t);
  const text = specOf('tool')
    .replace('1%{?dist}', '%autorelease')
    .replace(/%changelog[^]*$/, '%changelog\n%autochangelog\n');
  project.write({
    'slipway.toml': '[components.tool]\nspec = { type = "local", path = "tool/tool.spec" }\n',
    'tool/tool.spec': text,
  });
  await project.component('update tool');
  project.commit('Add tool', 1);
  project.write({ 'tool/tool.conf': 'a\n' });
  await project.component('update tool');
  project.commit('Configure tool', 2);
  await project.component('render tool');

  assert.match(
    spec(project, 'tool'),
    /Sat Jan 03 2026 Ada <ada@example\.org> - 1\.0-3\n- Configure tool\n\n.*Fri Jan 02 2026 Ada <ada@example\.org> - 1\.0-2\n- Add tool\n/,
  );
});
