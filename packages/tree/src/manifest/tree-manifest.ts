/** Where an entry of an image comes from: packages that bring it, or a rule of composing. */
export type EntryOrigin =
  /** NEVRAs; the first one's attributes hold. */
  { readonly packages: readonly string[] } | { readonly rule: string };

interface EntryFacts {
  /** Absolute and normalised, through no symbolic link. */
  readonly path: string;
  /** Permission bits with set-uid, set-gid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** SELinux label (`security.selinux`). */
  readonly label?: string;
  /** File capabilities (`security.capability`) as cap_to_text(3) words them. */
  readonly capabilities?: string;
  /** Extended attributes that have no readable form here: full name to base64. */
  readonly xattrs?: Readonly<Record<string, string>>;
  /** Entries with the same number are one inode. */
  readonly hardLink?: number;
  readonly from: EntryOrigin;
  /** What was there before `from` replaced it, latest first. */
  readonly replaced?: readonly EntryOrigin[];
  /** Rules that changed attributes and left the content. */
  readonly adjusted?: readonly string[];
}

export interface FileEntry extends EntryFacts {
  readonly type: 'file';
  readonly size: number;
  /** SHA-256 of the content. */
  readonly sha256: string;
}

export interface SymlinkEntry extends EntryFacts {
  readonly type: 'symlink';
  readonly target: string;
}

export interface DeviceEntry extends EntryFacts {
  readonly type: 'character-device' | 'block-device';
  readonly major: number;
  readonly minor: number;
}

export interface PlainEntry extends EntryFacts {
  readonly type: 'directory' | 'fifo';
}

/** One entry of an image's file system, as its manifest has it. */
export type ManifestEntry = FileEntry | SymlinkEntry | DeviceEntry | PlainEntry;

export interface ManifestPackage {
  readonly name: string;
  readonly nevra: string;
}

export interface ManifestUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

export interface ManifestGroup {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export interface ManifestScriptlet {
  /** Name of the package. */
  readonly package: string;
  /** Section of the spec: `post`, `transfiletriggerin`. */
  readonly kind: string;
  /** SHA-256 of the body. */
  readonly sha256: string;
  readonly decision: string;
  readonly reason: string;
}

/** What the image definition took out again. */
export interface ManifestRemoval {
  readonly glob: string;
  readonly reason: string;
  readonly entries: readonly { readonly path: string; readonly from: EntryOrigin }[];
}

/** What holds for the whole image: the first line of a manifest. */
export interface ManifestHeader {
  readonly image: string;
  /** Of everything that was generated; seconds since 1970. */
  readonly time: number;
  /** Number of entries, so that a manifest that was cut off is noticed. */
  readonly entries: number;
  readonly packages: readonly ManifestPackage[];
  readonly rules: readonly { readonly name: string; readonly meaning: string }[];
  readonly users: readonly ManifestUser[];
  readonly groups: readonly ManifestGroup[];
  readonly scriptlets: readonly ManifestScriptlet[];
  readonly removals: readonly ManifestRemoval[];
}

/** The file system of an image as it was written, with where everything comes from. */
export interface TreeManifest {
  readonly header: ManifestHeader;
  /** In the order of a FileTree: parents before children, siblings by the bytes of their names. */
  readonly entries: readonly ManifestEntry[];
}
