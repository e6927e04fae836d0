/** Work that does not notice the signal gets this long to end by itself. */
const graceMilliseconds = 2000;

/** The shell's convention for a program that SIGINT ended. */
export const interruptedStatus = 130;

export const interruptedText = 'interrupted; run the same command again: it continues\n';

/** Thrown in place of whatever the interrupted work threw. */
export class Interrupted extends Error {}

/**
 * Runs work with a signal that SIGINT and SIGTERM abort. Nothing is left half-written at any moment, so work that
 * goes on regardless is ended after a short grace, or at once by a second signal: `end` must not return.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, end: () => never): Promise<T> {
  const controller = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const interrupt = () => {
    if (controller.signal.aborted) {
      end();
    }
    controller.abort();
    grace = setTimeout(end, graceMilliseconds).unref();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await work(controller.signal);
  } catch (cause) {
    throw controller.signal.aborted ? new Interrupted('interrupted', { cause }) : cause;
  } finally {
    clearTimeout(grace);
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
