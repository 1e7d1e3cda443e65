import { describe, expect, it } from '@jest/globals';
import { lastWords } from './history.js';
import type { HistoryRow } from './history-row.js';

/** `1 up started` and its kind. */
function rowsOf(...lines: string[]): HistoryRow[] {
  return lines.map((line) => {
    const [number, direction, status] = line.split(' ');
    return { number, direction, status, name: 'x', sha256: 'y' } as HistoryRow;
  });
}

describe('the last word about a migration', () => {
  it.each<[string, string[], string[]]>([
    ['nothing after nothing', [], []],
    ['its end', ['1 up started', '1 up applied'], ['1 up applied']],
    ['its start, while there is no end', ['1 up started'], ['1 up started']],
    ['nothing, when it failed and left nothing', ['1 up started', '1 up failed'], []],
    ['the newest start', ['1 up started', '1 up failed', '1 up started'], ['1 up started']],
    [
      'what held before a way back that failed',
      ['1 up applied', '1 down started', '1 down failed'],
      ['1 up applied'],
    ],
    ['what undid it', ['1 up applied', '1 down applied', '1 up failed'], ['1 down applied']],
  ])('is %s', (_what, lines, expected) => {
    const words = lastWords(rowsOf(...lines));
    expect(words.map((word) => `${word.number} ${word.direction} ${word.status}`)).toEqual(
      expected,
    );
  });
});
