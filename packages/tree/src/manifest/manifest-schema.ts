import { z } from 'zod';
import { isTreePath } from '../tree-path.ts';
import type { ManifestEntry, ManifestHeader } from './tree-manifest.ts';

/** Of the form; a reader knows one version, and says so of every other. */
export const manifestVersion = 1;

const highestId = 0xffff_ffff;
const count = z.int().nonnegative();
const id = z.int().min(0).max(highestId);
const path = z.string().refine(isTreePath, 'not an absolute, normalised path');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256');
const base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'not base64');
/** Octal, as chmod(1) takes it. */
const mode = z
  .string()
  .regex(/^[0-7]{4}$/, 'not four octal digits')
  .transform((text) => Number.parseInt(text, 8));

const origin = z.union([
  z.strictObject({ packages: z.array(z.string()).min(1) }),
  z.strictObject({ rule: z.string() }),
]);

const facts = {
  path,
  mode,
  uid: id,
  gid: id,
  mtime: z.int(),
  hardLink: count.exactOptional(),
  label: z.string().exactOptional(),
  capabilities: z.string().exactOptional(),
  xattrs: z.record(z.string().regex(/^[a-z]+\..+$/, 'not the name of an attribute'), base64).exactOptional(),
  from: origin,
  replaced: z.array(origin).min(1).exactOptional(),
  adjusted: z.array(z.string()).min(1).exactOptional(),
};

const device = { ...facts, major: id, minor: id };

export const entrySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('file'), ...facts, size: count, sha256 }),
  z.strictObject({ type: z.literal('directory'), ...facts }),
  z.strictObject({ type: z.literal('symlink'), ...facts, target: z.string() }),
  z.strictObject({ type: z.literal('character-device'), ...device }),
  z.strictObject({ type: z.literal('block-device'), ...device }),
  z.strictObject({ type: z.literal('fifo'), ...facts }),
]) satisfies z.ZodType<ManifestEntry>;

const removal = z.strictObject({
  glob: z.string(),
  reason: z.string(),
  entries: z.array(z.strictObject({ path, from: origin })),
});

/** What says that a file is a manifest, and which version of the form it has. */
export const markSchema = z.object({ format: z.literal('slipway-tree'), version: z.int() });

export const headerSchema = z.strictObject({
  image: z.string(),
  time: z.int(),
  entries: count,
  packages: z.array(z.strictObject({ name: z.string(), nevra: z.string() })),
  rules: z.array(z.strictObject({ name: z.string(), meaning: z.string() })),
  users: z.array(z.strictObject({ name: z.string(), uid: id, gid: id, home: z.string(), shell: z.string() })),
  groups: z.array(z.strictObject({ name: z.string(), gid: id, members: z.array(z.string()) })),
  scriptlets: z.array(
    z.strictObject({
      ...{ package: z.string(), kind: z.string(), sha256 },
      ...{ decision: z.string(), reason: z.string() },
    }),
  ),
  removals: z.array(removal),
}) satisfies z.ZodType<ManifestHeader>;
