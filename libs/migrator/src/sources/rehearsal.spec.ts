import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { rehearse } from './rehearsal.js';

const rehearsed = (run: (runner: QueryRunner) => Promise<void>) =>
  rehearse({ kind: 'class', transactional: false, run });

describe('a rehearsal', () => {
  it('writes down what would be sent, in order', async () => {
    const queries = await rehearsed(async (runner) => {
      await runner.query('A');
      await runner.query('B');
    });
    expect(queries).toEqual(['A', 'B']);
  });

  it.each<[string, (runner: QueryRunner) => Promise<void>]>([
    ['asks for more of the runner', async (runner) => runner.dropTable('t')],
    [
      'asks for more of the runner and hides it',
      async (runner) => runner.dropTable('t').catch(() => undefined),
    ],
    [
      'needs an answer',
      async (runner) => {
        const [row] = (await runner.query('A')) as { id: number }[];
        await runner.query(`B ${row!.id}`);
      },
    ],
    ['sends parameters', async (runner) => void (await runner.query('A', [1]))],
    ['waits', async () => sleep(60_000, undefined, { ref: false })],
    [
      'does not come to an end',
      async (runner) => {
        for (;;) await runner.query('A');
      },
    ],
  ])('of a class that %s knows nothing', async (_what, run) => {
    expect(await rehearsed(run)).toBeNull();
  });
});
