/** Tags that only headers in a database have (rpmtag.h). */
export const installedTag = {
  sigMd5: 261,
  publicKeys: 266,
  sha1Header: 269,
  installTime: 1008,
  fileStates: 1029,
  installPrefixes: 1099,
  installColor: 1127,
  installTid: 1128,
  packageDigests: 5118,
  packageDigestAlgos: 5119,
} as const;
