import type { Result } from './contest.js';

/** The results of one size of one benchmark. */
export interface Table {
  title: string;
  results: Result[];
  /** Contestants that could not take part, and why. */
  absent: string[];
}

const HEAD = ['', 'median', 'p99', 'of limit', 'of ours', 'first output', 'memory'];

/** Figures are quoted as ratios: of the limit, and of ours. */
export function formatTable({ title, results, absent }: Table): string {
  const limit = results.find(({ role }) => role === 'limit')?.medianMs;
  const ours = results.find(({ role }) => role === 'ours')?.medianMs;
  const ratio = (ms: number, of: number | undefined): string =>
    of === undefined || of === 0 ? '-' : `${(ms / of).toFixed(2)}×`;
  const rows = results.map(({ name, role, ...figures }) => [
    `${name}${role === 'ours' ? '' : ` (${role})`}`,
    `${(figures.medianMs / 1_000).toFixed(3)} s`,
    `${(figures.p99Ms / 1_000).toFixed(3)} s`,
    ratio(figures.medianMs, limit),
    ratio(figures.medianMs, ours),
    `${Math.round(figures.firstOutputMs)} ms`,
    figures.peakRssMb === 0 ? '-' : `${Math.round(figures.peakRssMb)} MB`,
  ]);
  const widths = HEAD.map((head, i) =>
    Math.max(head.length, ...rows.map((r) => r[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  const runs = results[0]?.runs ?? 0;
  return [
    `${title} (median of ${runs} alternating runs)`,
    line(HEAD),
    ...rows.map(line),
    ...absent.map((reason) => `not run: ${reason}`),
    '',
  ].join('\n');
}
