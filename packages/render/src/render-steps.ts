import type { BuildConfig } from '@slipway/project';
import type { Overlay, SpecText } from '@slipway/spec';
import { checkSkipOverlays } from './check-skip.ts';
import { componentMacros } from './component-macros.ts';
import { fileHeaderOverlays } from './file-header.ts';
import { formatMacrosFile, macrosFileName, macrosFileOverlays } from './macros-file.ts';
import type { KnownMacros } from './spec-macros/walk-spec.ts';

/** One stage on the way from upstream's spec to the rendered one: overlays, and what comes with them. */
export interface RenderStep {
  readonly kind: 'macros-file' | 'overlays' | 'check-skip' | 'file-header';
  /** For people: what the step does. */
  readonly title: string;
  readonly overlays: readonly Overlay[];
  /** A file beside the spec that the step adds or replaces. */
  readonly file?: { readonly path: string; readonly text: string };
  /** What a person should know about it. */
  readonly note?: string;
}

export interface RenderInput {
  readonly component: string;
  /** As upstream has it. */
  readonly spec: SpecText;
  readonly overlays: readonly Overlay[];
  readonly build: BuildConfig;
  /** From `upstreamProvenance`, when the component asks for it; its own macros win. */
  readonly provenance?: ReadonlyMap<string, string>;
  /** Who the written files say wrote them: `azldev` in a project rooted in azldev.toml, else `slipway`. */
  readonly tool: string;
}

/**
 * What rendering does to a spec before the release is counted, in order (overlays.md 2.8, steps 1 to 4). Steps without
 * anything to do are left out. Throws `RENDER_BAD_MACRO`.
 */
export function renderSteps(input: RenderInput): RenderStep[] {
  const steps: (RenderStep | undefined)[] = [
    macrosStep(input),
    { kind: 'overlays', title: 'the overlays of the component', overlays: input.overlays },
    {
      kind: 'check-skip',
      title: 'skips the %check section',
      overlays: checkSkipOverlays(input.build.check),
    },
    {
      kind: 'file-header',
      title: 'says that the spec is generated',
      overlays: fileHeaderOverlays(input.tool),
    },
  ];
  return steps.filter((step) => step !== undefined && step.overlays.length > 0) as RenderStep[];
}

/** The macros of the macros file of a component. */
export function renderedMacros({
  build,
  provenance,
}: Pick<RenderInput, 'build' | 'provenance'>): ReadonlyMap<string, string> {
  return new Map([...(provenance ?? []), ...componentMacros(build)]);
}

/**
 * What is known of macros while a component is rendered: its own ones, and that no other distribution's are set
 * (specs ask for them in conditionals).
 */
export function knownMacros(input: Pick<RenderInput, 'build' | 'provenance'>): KnownMacros {
  return new Map<string, string | undefined>([['fedora', undefined], ['rhel', undefined], ...renderedMacros(input)]);
}

function macrosStep(input: RenderInput): RenderStep | undefined {
  const { component, spec, tool } = input;
  const path = macrosFileName(component);
  const text = formatMacrosFile(renderedMacros(input), tool);
  return text === undefined
    ? undefined
    : {
        kind: 'macros-file',
        title: 'loads the macros of the component',
        file: { path, text },
        ...macrosFileOverlays(spec, path, tool),
      };
}
