/**
 * A signal that follows another one, and a time limit. To be released: `AbortSignal.any` keeps what it
 * follows informed for as long as that one lives, here the process.
 */
export function boundedSignal(
  outer: AbortSignal,
  limitMs: number,
): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, limitMs);
  if (outer.aborted) abort();
  outer.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', abort);
    },
  };
}
