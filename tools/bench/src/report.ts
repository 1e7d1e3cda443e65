import type { Result } from './contest.js';

/** What one part of a benchmark found, as people read it and as programs do. */
export interface Table {
  title: string;
  head: string[];
  rows: string[][];
  /** Who could not take part, and why; what else has to be said. */
  notes: string[];
  /** The figures behind the rows. */
  figures: unknown;
}

/** Figures are quoted as ratios: of the limit, and of ours. */
export function contestTable(
  title: string,
  results: readonly Result[],
  absent: readonly string[] = [],
): Table {
  const limit = results.find(({ role }) => role === 'limit')?.medianMs;
  const ours = results.find(({ role }) => role === 'ours')?.medianMs;
  return {
    title: `${title} (median of ${results[0]?.runs ?? 0} alternating runs)`,
    head: ['', 'median', 'p99', 'of limit', 'of ours', 'first output', 'memory'],
    rows: results.map(({ name, role, ...figures }) => [
      named(name, role),
      `${(figures.medianMs / 1_000).toFixed(3)} s`,
      `${(figures.p99Ms / 1_000).toFixed(3)} s`,
      ratio(figures.medianMs, limit),
      ratio(figures.medianMs, ours),
      `${Math.round(figures.firstOutputMs)} ms`,
      megabytes(figures.peakRssMb),
    ]),
    notes: absent.map((reason) => `not run: ${reason}`),
    figures: results,
  };
}

export function named(name: string, role: Result['role']): string {
  return role === 'ours' ? name : `${name} (${role})`;
}

export function ratio(figure: number, of: number | undefined): string {
  return of === undefined || of === 0 ? '-' : `${(figure / of).toFixed(2)}×`;
}

export function milliseconds(figure: number): string {
  return figure === 0 ? '-' : `${figure.toFixed(1)} ms`;
}

export function megabytes(figure: number): string {
  return figure === 0 ? '-' : `${Math.round(figure)} MB`;
}

export function perSecond(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}

export function formatTable({ title, head, rows, notes }: Table): string {
  const widths = head.map((cell, i) =>
    Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  return [title, line(head), ...rows.map(line), ...notes, ''].join('\n');
}
