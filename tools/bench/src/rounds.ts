import { quantile } from './contest.js';
import type { Contestant } from './contest.js';

/** Somebody who does the work that is measured, and what is measured of it. */
export interface Runner<Figures> {
  name: string;
  role: Contestant['role'];
  run: () => Promise<Figures>;
}

export type Ran<Figures> = Figures & Pick<Runner<Figures>, 'name' | 'role'>;

/**
 * Lets everybody run in turn, round after round, so that whatever else the machine does falls on all alike.
 *
 * @returns the median of each figure; of `failed` the worst
 */
export async function inTurn<Figures extends Readonly<Record<keyof Figures, number>>>(
  runners: readonly Runner<Figures>[],
  rounds: number,
): Promise<Ran<Figures>[]> {
  const runs = new Map<string, Figures[]>(runners.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, run } of runners) runs.get(name)?.push(await run());
    process.stderr.write(`${round}/${rounds} `);
  }
  process.stderr.write('\n');
  return runners.map(({ name, role }) => ({ ...medianOf(runs.get(name) ?? []), name, role }));
}

export function medianOf<Figures extends Readonly<Record<keyof Figures, number>>>(
  runs: readonly Figures[],
): Figures {
  const keys = Object.keys(runs[0] ?? {}) as (keyof Figures)[];
  const of = (key: keyof Figures): number => {
    const sorted = runs.map((run) => run[key]).sort((a, b) => a - b);
    return quantile(sorted, key === 'failed' ? 1 : 0.5);
  };
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Figures;
}
