/**
 * What a file needs, oldest first: the first public definitions of Azure Linux 4.0 (April 2026), azldev of August 2026,
 * azldev 0.4 to 1.1 (September and October 2026), or Slipway.
 */
export const generations = ['april-2026', 'august-2026', 'october-2026', 'slipway'] as const;

export type Generation = (typeof generations)[number];
