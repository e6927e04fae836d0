import { type ErrorCode, SlipwayError } from '@slipway/core';

const codes: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  FORMATS_TRUNCATED: 'RPM_BAD_PAYLOAD',
  FORMATS_BAD_COMPRESSION: 'RPM_BAD_PAYLOAD',
  FORMATS_BAD_ARCHIVE: 'RPM_BAD_PAYLOAD',
  FORMATS_UNSUPPORTED: 'RPM_UNSUPPORTED_PAYLOAD',
  CORE_LIMIT: 'RPM_BAD_PAYLOAD',
};

/** Gives what a decoder says of a payload the name of the package; other failures pass through. */
export function payloadError(cause: unknown, file: string): unknown {
  const code = cause instanceof SlipwayError ? codes[cause.code] : undefined;
  if (!(cause instanceof SlipwayError) || code === undefined) {
    return cause;
  }
  return new SlipwayError(code, `Cannot read the payload of ${file}: ${cause.message}`, { at: { file }, cause });
}

export function badPayload(file: string, reason: string): SlipwayError {
  return new SlipwayError('RPM_BAD_PAYLOAD', `Cannot read the payload of ${file}: ${reason}`, {
    hint: 'the package is damaged or was made by a broken program: get it again, or leave it out',
    at: { file },
  });
}

/** Passes chunks on and rewords the failures of their source. */
export async function* withPayloadErrors(source: AsyncIterable<Uint8Array>, file: string): AsyncIterable<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    throw payloadError(cause, file);
  }
}
