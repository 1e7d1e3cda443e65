import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 25;

/**
 * Repeats an assertion until it holds, and returns what it returned. Fails with its last error once the
 * bound is reached: the bound is how long is too long, not how long to wait.
 */
export async function eventually<T>(
  assertion: () => T | Promise<T>,
  { timeoutMs = 10_000 }: { timeoutMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(POLL_MS);
    }
  }
}
