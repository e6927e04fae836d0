import type { SpecOverlay } from '@slipway/spec';

/** The overlay that says at the top of a spec which program wrote it (overlays.md 2.8, step 4). */
export function fileHeaderOverlays(tool: string): SpecOverlay[] {
  const lines = [
    `# This spec file has been modified by ${tool} to include build configuration overlays.`,
    '# Do not edit manually; changes may be overwritten.',
    '',
  ];
  return [{ type: 'spec-prepend-lines', lines }];
}
