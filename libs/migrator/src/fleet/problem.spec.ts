import { describe, expect, it } from '@jest/globals';
import { MigrationRefused } from '../refused.js';
import { exitCodeOf, problemOf } from './problem.js';

describe('what went wrong', () => {
  it('is a refusal with its own code and exit code', () => {
    const refused = new MigrationRefused('LOCK_BUSY', 'somebody is at work');
    expect(problemOf(refused)).toEqual({
      code: 'LOCK_BUSY',
      exitCode: 8,
      message: 'somebody is at work',
    });
  });

  it.each([
    ['an error', new TypeError('x is undefined')],
    ['what is no error', 'x is undefined'],
  ])('is a bug, and exit 1, when it is %s that nobody refused with', (_, thrown) => {
    const problem = problemOf(thrown);
    expect(problem).toEqual({ code: 'INTERNAL', exitCode: 1, message: 'x is undefined' });
    expect(exitCodeOf([null, problem])).toBe(1);
  });

  it('is nothing, and exit 0, where every database is in order', () => {
    expect(exitCodeOf([null, null])).toBe(0);
  });
});
