export { ByteWriter } from './byte-writer.ts';
export { canonicalJson } from './canonical-json.ts';
export { type CodeDigests, loadCodeDigests } from './code-digests.ts';
export { mapConcurrently } from './concurrency.ts';
export { asDigest, type Digest, DigestingStream, isDigest, sha256 } from './digest.ts';
export { type ErrorKind, exitStatus } from './errors/catalogue.ts';
export { type ErrorCode, errorCatalogue } from './errors/index.ts';
export { type FileRange, readFileChunks } from './file-chunks.ts';
export {
  type Chunks,
  fileError,
  hasErrno,
  readTextIfPresent,
  readTextIfPresentSync,
  removeLeftTemporaries,
  replaceAtomically,
  temporaryBeside,
  writeFileAtomically,
} from './files.ts';
export { type GitEnvironment, gitEnvironment } from './git-environment.ts';
export { nearestNames } from './nearest-names.ts';
export { formatCount, plural } from './plural.ts';
export { withProcessLock } from './process-lock.ts';
export {
  type ProgressEvent,
  type ProgressListener,
  type ProgressUnit,
  type Stage,
  silentProgress,
  stages,
} from './progress.ts';
export { type ProgramOptions, type ProgramResult, runProgram } from './run-program.ts';
export {
  type ErrorDetails,
  formatPosition,
  SlipwayError,
  SlipwayErrors,
  type SourcePosition,
} from './slipway-error.ts';
export { sourceDigest } from './source-digest.ts';
export { Store, type StoredObject } from './store.ts';
export { TaskCache, type TaskResult, type TaskSpec } from './tasks.ts';
