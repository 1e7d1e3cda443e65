import { describe, expect, it } from '@jest/globals';
import { lastWords } from '../history/history.js';
import type { HashedRow } from '../history/history-row.js';
import { endingOf } from './decision.js';

/** `up applied, down started` as rows about migration 2. */
function rowsOf(story: string): HashedRow[] {
  return story.split(', ').map((line, index) => {
    const [direction, status] = line.split(' ');
    return { seq: `${index + 1}`, number: '2', name: 'page', direction, status } as HashedRow;
  });
}

describe('the row that ends a start', () => {
  it.each([
    ['up started', 'applied', 'up applied'],
    ['up started', 'not-applied', 'up failed'],
    ['up applied, down applied, up started', 'not-applied', 'up failed'],
    ['up applied, down started', 'applied', 'down failed'],
    ['up applied, down started', 'not-applied', 'down applied'],
    ['up started, down started', 'applied', 'up applied'],
    ['up started, down started', 'not-applied', 'down applied'],
    ['up applied, down started, up started', 'applied', 'up applied'],
    ['up applied, down started, up started', 'not-applied', 'down applied'],
  ] as const)('after %s, found %s, is %s, and the history then says so', (story, as, expected) => {
    const rows = rowsOf(story);
    const { direction, status, started } = endingOf(rows, '2', as);
    expect([`${direction} ${status}`, started]).toEqual([expected, rows.at(-1)]);
    const words = lastWords([...rows, { ...started, direction, status }]);
    const stands = words.some((word) => word.direction === 'up' && word.status === 'applied');
    expect([stands, words.some((word) => word.status === 'started')]).toEqual([
      as === 'applied',
      false,
    ]);
  });

  it.each(['up applied', 'up started, up failed', 'up started, up applied'])(
    'is refused after %s',
    (story) => {
      const ending = (): unknown => endingOf(rowsOf(story), '2', 'applied');
      expect(ending).toThrow(expect.objectContaining({ code: 'NOT_UNFINISHED', exitCode: 2 }));
    },
  );
});
