import { SlipwayError } from '@slipway/core';

/** node:zlib's failures (`Z_*`, `ZSTD_error_*`, `ERR_*`) as coded errors; anything else is passed on as it is. */
export function decoderError(format: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'Z_BUF_ERROR') {
    return truncatedInput(format, cause);
  }
  if (code === 'ERR_BUFFER_TOO_LARGE') {
    return new SlipwayError('CORE_LIMIT', `Cannot decompress ${format}: the content is larger than allowed`, { cause });
  }
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    return new SlipwayError('FORMATS_UNSUPPORTED', `Cannot decompress ${format}: it needs a window over 128 MiB`, {
      cause,
    });
  }
  if (/^(Z_|ZSTD_|ERR_TRAILING_JUNK)/.test(code)) {
    return damagedInput(format, (cause as Error).message, cause);
  }
  return cause;
}

export function truncatedInput(format: string, cause?: unknown): SlipwayError {
  return new SlipwayError('FORMATS_TRUNCATED', `Cannot decompress ${format}: the data ends too early`, { cause });
}

export function damagedInput(format: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError('FORMATS_BAD_COMPRESSION', `Cannot decompress ${format}: ${why}`, { cause });
}
