import { type ErrorCode, SlipwayError } from '@slipway/core';

const codes: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  FORMATS_TRUNCATED: 'RPM_BAD_PAYLOAD',
  FORMATS_BAD_COMPRESSION: 'RPM_BAD_PAYLOAD',
  FORMATS_BAD_ARCHIVE: 'RPM_BAD_PAYLOAD',
  FORMATS_UNSUPPORTED: 'RPM_UNSUPPORTED_PAYLOAD',
  CORE_LIMIT: 'RPM_BAD_PAYLOAD',
};

/** A place in a package file: what is wrong with the payload lies there or after it. */
export interface PayloadPlace {
  readonly file: string;
  readonly offset: number;
}

/** Gives what a decoder says of a payload the name of the package; other failures pass through. */
export function payloadError(cause: unknown, at: PayloadPlace): unknown {
  const code = cause instanceof SlipwayError ? codes[cause.code] : undefined;
  if (!(cause instanceof SlipwayError) || code === undefined) {
    return cause;
  }
  return new SlipwayError(code, `Cannot read the payload of ${at.file}: ${cause.message}`, { at, cause });
}

export function badPayload(at: PayloadPlace, reason: string): SlipwayError {
  return new SlipwayError('RPM_BAD_PAYLOAD', `Cannot read the payload of ${at.file}: ${reason}`, {
    hint: 'the package is damaged or was made by a broken program: get it again, or leave it out',
    at,
  });
}
