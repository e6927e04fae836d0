import { SlipwayError } from '@slipway/core';

/** The first entry of every SBAT section: the version of the format itself (shim, SBAT.md). */
const formatEntry = 'sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md';

/**
 * One line each: component, generation, vendor, package, version, URL. Firmware and shim refuse an image when one of
 * its components has a generation below the revoked one.
 */
export const ukiSbatEntry = 'uki,1,UKI,uki,1,https://uapi-group.org/specifications/specs/unified_kernel_image/';
export const addonSbatEntry =
  'uki-addon,1,UKI Addon,addon,1,https://www.freedesktop.org/software/systemd/man/latest/systemd-stub.html';

/** Component, generation and four descriptive fields, printable ASCII without separators. */
const entryPattern = /^[!-+\--~]+,[1-9][0-9]{0,8}(?:,[ -+\--~]*){4}$/;

/** The entries of an SBAT section, without the format entry. Throws `DISK_UKI_SBAT`. */
export function parseSbat(text: string): string[] {
  const [first, ...entries] = text.replace(/[\0\n\r]+$/, '').split(/\r?\n/);
  if (!first?.startsWith('sbat,')) {
    throw new SlipwayError('DISK_UKI_SBAT', 'Cannot read an SBAT section: it does not begin with "sbat,"');
  }
  return entries;
}

/** The content of an SBAT section with all the entries, each once, in their order. Throws `DISK_UKI_SBAT`. */
export function formatSbat(entries: readonly string[]): Buffer {
  const wrong = entries.find((entry) => !entryPattern.test(entry));
  if (wrong !== undefined) {
    throw new SlipwayError('DISK_UKI_SBAT', `Cannot write the SBAT entry ${JSON.stringify(wrong)}: it is malformed`, {
      hint: 'write component,generation,vendor,package,version,url',
    });
  }
  return Buffer.from([...new Set([formatEntry, ...entries]), ''].join('\n'));
}
