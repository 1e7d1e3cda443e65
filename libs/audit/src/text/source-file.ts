import type { Place } from '../model.js';

/** A file's text, and which line and column each of its characters stands at. */
export class SourceFile {
  private readonly starts: number[] = [0];

  constructor(
    /** As it is shown: relative to where the audit was started. */
    readonly path: string,
    readonly text: string,
  ) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.starts.push(at + 1);
    }
  }

  get lines(): number {
    return this.starts.length;
  }

  placeAt(offset: number): Place {
    const index = lastAtMost(this.starts, offset);
    return { file: this.path, line: index + 1, column: offset - (this.starts[index] ?? 0) + 1 };
  }

  /** The text of a line, from 1, without its end. */
  line(number: number): string {
    const from = this.starts[number - 1];
    if (from === undefined) return '';
    const to = this.starts[number];
    return this.text.slice(from, to === undefined ? undefined : to - 1).replace(/\r$/, '');
  }

  /** Where a line begins. */
  startOf(number: number): number {
    return this.starts[number - 1] ?? this.text.length;
  }
}

/** The index of the last of ascending numbers that is not above the limit; 0 when all are. */
export function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
