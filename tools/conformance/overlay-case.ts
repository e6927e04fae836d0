import type { PatchOverlay, SpecOverlay } from '@slipway/spec';

export type ExpectedAnswer =
  /** The bytes of the output, or their digest in lower-case hexadecimal. */
  | { readonly ok: true; readonly output: Buffer; readonly sha256?: undefined }
  | { readonly ok: true; readonly output?: undefined; readonly sha256: string }
  /** From 0. */
  | { readonly ok: false; readonly failedOverlay: number };

interface CaseContent {
  readonly overlays: readonly (SpecOverlay | PatchOverlay)[];
  /** By mode, those that the case has. */
  readonly answers: ReadonlyMap<string, ExpectedAnswer>;
}

export type OverlayCase = CaseContent &
  ({ readonly spec: Buffer; readonly path?: undefined } | { readonly spec?: undefined; readonly path: string });

type Fields = Readonly<Record<string, unknown>>;

/** Throws an Error that says what is wrong with a case. */
export function parseOverlayCase(parsed: unknown, modes: readonly string[]): OverlayCase {
  const fields = asFields(parsed, 'the line');
  if (!Array.isArray(fields.overlays)) {
    throw new TypeError('the case has no list of overlays');
  }
  const overlays = fields.overlays.map((overlay, index) => parseOverlay(overlay, `overlay ${index}`));
  const given = modes.filter((mode) => fields[mode] !== undefined && fields[mode] !== null);
  const answers = new Map(given.map((mode) => [mode, parseAnswer(asFields(fields[mode], mode), mode)]));
  if (typeof fields.spec_b64 === 'string') {
    return { overlays, answers, spec: parseBase64(fields.spec_b64, 'spec_b64') };
  }
  if (typeof fields.path === 'string') {
    return { overlays, answers, path: fields.path };
  }
  throw new TypeError('the case has neither spec_b64 nor path');
}

function asFields(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} is no JSON object`);
  }
  return value as Fields;
}

/** Fields that are null are absent. Every field of a spec or patch overlay is a text, but for `lines`. */
function parseOverlay(value: unknown, name: string): SpecOverlay | PatchOverlay {
  const given = Object.entries(asFields(value, name)).filter(([, field]) => field !== null);
  for (const [key, field] of given) {
    const isText = typeof field === 'string';
    const isLines = Array.isArray(field) && field.every((line) => typeof line === 'string');
    if (key === 'lines' ? !isLines : !isText && key !== 'metadata') {
      throw new TypeError(`${name} has a field ${key} of the wrong type`);
    }
  }
  return Object.fromEntries(given) as unknown as SpecOverlay | PatchOverlay;
}

function parseAnswer(answer: Fields, mode: string): ExpectedAnswer {
  const { ok, out_b64: output, sha256, failed_overlay: failedOverlay } = answer;
  if (ok !== true && typeof failedOverlay === 'number') {
    return { ok: false, failedOverlay };
  }
  if (ok === true && typeof output === 'string') {
    return { ok: true, output: parseBase64(output, `out_b64 of ${mode}`) };
  }
  if (ok === true && typeof sha256 === 'string') {
    return { ok: true, sha256: sha256.toLowerCase().replace(/^sha256:/, '') };
  }
  throw new TypeError(`${mode} has neither ok with out_b64 or sha256, nor failed_overlay`);
}

function parseBase64(text: string, name: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  const needed = Math.floor((text.replace(/[=\s]+/g, '').length * 3) / 4);
  if (bytes.length !== needed) {
    throw new TypeError(`${name} is no base64`);
  }
  return bytes;
}
