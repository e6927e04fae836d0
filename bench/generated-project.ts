import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Counts of Azure Linux 4.0: components of one line in one file, those with overlays in files of their own. */
const bareComponents = 7383;
const ownFiles = 200;
/** Package groups and the names in each; together with the components some 1.9 MB of TOML. */
const packageGroups = 4;
const packagesPerGroup = 15_000;

/** Writes a project of the size and shape of Azure Linux 4.0: 7,583 components, 1.9 MB of TOML. */
export function generateProject(directory: string): { readonly components: number; readonly files: number } {
  mkdirSync(join(directory, 'comps'));
  writeFileSync(join(directory, 'azldev.toml'), rootFile);
  writeFileSync(
    join(directory, 'comps/all.toml'),
    times(bareComponents, (at) => `[components.bare-${at}]\n`),
  );
  for (let at = 0; at < ownFiles; at++) {
    writeFileSync(join(directory, `comps/own-${at}.comp.toml`), ownFile(at));
  }
  for (let at = 0; at < packageGroups; at++) {
    writeFileSync(join(directory, `group-${at}.packages.toml`), packageGroup(at));
  }
  return { components: bareComponents + ownFiles, files: 2 + ownFiles + packageGroups };
}

const rootFile = `includes = ["comps/*.toml", "*.packages.toml"]
[project]
default-distro = { name = "next" }
[distros.upstream]
default-version = "1"
[distros.upstream.versions.1]
release-ver = "1"
[distros.next]
default-version = "2"
[distros.next.versions.2.default-component-config]
spec = { type = "upstream", upstream-distro = { name = "upstream", snapshot = "2026-02-24T00:00:00Z" } }
`;

function ownFile(at: number): string {
  return `[components.own-${at}]
build = { without = ["docs"], check = { skip = true, skip_reason = "needs the network" } }
[[components.own-${at}.overlays]]
type = "spec-search-replace"
description = "switch a feature off"
section = "%build"
regex = "--with-feature-[0-9]+=(yes|auto)"
replacement = "--without-feature"
`;
}

function packageGroup(at: number): string {
  return `[package-groups.group-${at}]
packages = [
${times(packagesPerGroup, (index) => `  "package-${at}-of-the-group-${index}",\n`)}]
default-package-config = { publish = { rpm-channel = "channel-${at}" } }
`;
}

function times(count: number, format: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => format(index)).join('');
}
