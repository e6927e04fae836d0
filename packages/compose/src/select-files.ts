import type { PackageFile } from '@slipway/rpm';
import { type ChosenPackage, type FileState, fileFlags, fileStates } from './installed-package.ts';

export interface FileSelection {
  /** Leave out what packages mark as documentation (`%doc`), except licences. */
  readonly excludeDocs: boolean;
  /** Keep translations of these languages only (`%lang`); undefined keeps all. */
  readonly languages: readonly string[] | undefined;
}

export interface SelectedFile {
  readonly package: ChosenPackage;
  /** Index in the package's header. */
  readonly index: number;
  readonly file: PackageFile;
}

export interface SelectedPackage {
  readonly package: ChosenPackage;
  readonly files: readonly SelectedFile[];
  /** One state for each file of the header, for the rpm database. */
  readonly states: readonly FileState[];
}

/** What rpm would put on disk with `--excludedocs` and `_install_langs`. */
export function selectFiles(chosen: readonly ChosenPackage[], selection: FileSelection): SelectedPackage[] {
  return chosen.map((pkg) => {
    const states = pkg.metadata.files.map((file) => fileState(file, selection));
    const files = pkg.metadata.files
      .map((file, index) => ({ package: pkg, index, file }))
      .filter(({ file, index }) => states[index] === fileStates.normal && (file.flags & fileFlags.ghost) === 0);
    return { package: pkg, files, states };
  });
}

function fileState(file: PackageFile, selection: FileSelection): FileState {
  const excludedDoc = selection.excludeDocs && (file.flags & fileFlags.doc) !== 0;
  return excludedDoc || excludedLanguage(file, selection.languages) ? fileStates.notInstalled : fileStates.normal;
}

/** `%lang(de)` matches `de`; `%lang(pt_BR)` matches `pt_BR` and `pt`. */
function excludedLanguage(file: PackageFile, languages: readonly string[] | undefined): boolean {
  if (file.lang === '' || languages === undefined) {
    return false;
  }
  return !file.lang
    .split('|')
    .some((lang) => languages.some((wanted) => lang === wanted || lang.split(/[_.@]/)[0] === wanted));
}
