import { type Program, type ProgramRun, runProgram } from './run-program.js';

/** Somebody who does the work that is measured. */
export interface Contestant {
  name: string;
  role: 'ours' | 'peer' | 'limit';
  program: Program;
  /** Brings everything back to where the program began; not timed. */
  reset?: () => Promise<void>;
}

export interface Result {
  name: string;
  role: Contestant['role'];
  medianMs: number;
  p99Ms: number;
  minMs: number;
  firstOutputMs: number;
  peakRssMb: number;
  runs: number;
}

/**
 * Lets everybody run in turn, round after round, so that whatever else the machine does falls on all
 * alike. One round before is not counted: it fills the page cache.
 */
export async function contest(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<Result[]> {
  const runs = new Map<string, ProgramRun[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, program, reset } of contestants) {
      await reset?.();
      const run = await runProgram(program);
      if (round > 0) runs.get(name)?.push(run);
    }
    process.stderr.write(round === 0 ? 'warm-up ' : `${round}/${rounds} `);
  }
  process.stderr.write('\n');
  return contestants.map(({ name, role }) => resultOf(name, role, runs.get(name) ?? []));
}

function resultOf(name: string, role: Contestant['role'], runs: readonly ProgramRun[]): Result {
  const sorted = (key: keyof ProgramRun): number[] => runs.map((r) => r[key]).sort((a, b) => a - b);
  const times = sorted('durationMs');
  return {
    name,
    role,
    medianMs: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    minMs: times[0] ?? 0,
    firstOutputMs: quantile(sorted('firstOutputMs'), 0.5),
    peakRssMb: quantile(sorted('peakRssMb'), 0.5),
    runs: runs.length,
  };
}

/** Nearest rank: with five runs, p99 is the slowest. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}
