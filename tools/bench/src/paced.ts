import { setTimeout as sleep } from 'node:timers/promises';

const TICK_MS = 1;

export interface Pace {
  perSecond: number;
  seconds: number;
}

/**
 * Begins work at a fixed rate, whether what was begun before has ended or not, and waits for all of it.
 *
 * @param work is told which one it is, and when it was due: what a stall delays counts as late
 */
export async function paced(
  { perSecond, seconds }: Pace,
  work: (i: number, dueAt: number) => Promise<void>,
): Promise<void> {
  const begun: Promise<void>[] = [];
  const startedAt = performance.now();
  const total = perSecond * seconds;
  while (begun.length < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1_000) * perSecond);
    while (begun.length < due) {
      const dueAt = startedAt + (begun.length / perSecond) * 1_000;
      begun.push(work(begun.length, dueAt));
    }
    await sleep(TICK_MS);
  }
  await Promise.all(begun);
}
