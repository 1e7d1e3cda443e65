import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminUrl, TestFleet } from '../../../libs/migrator/test/fleet-fixture.js';
import { type Answer, fpIn } from './fp-process.js';

const elsewhere = mkdtempSync(join(tmpdir(), 'fp-drift-'));
const fp = fpIn(elsewhere);
let fleet: TestFleet;
beforeAll(async () => {
  const files = { '001_t.sql': `CREATE TABLE t (id int PRIMARY KEY, word text DEFAULT 'a');` };
  fleet = await TestFleet.create([{ name: 'books', files }]);
  expect((await migrate('up')).code).toBe(0);
});
afterAll(async () => {
  await fleet.drop();
  rmSync(elsewhere, { recursive: true });
});

const migrate = (...args: string[]): Promise<Answer> =>
  fp(['migrate', ...args, '--fleet', fleet.file], {
    vars: { ...fleet.vars, SHADOW_URL: adminUrl() },
  });

describe('fp migrate drift', () => {
  it('says where it looks, and exits 0 when nothing differs', async () => {
    const { code, stdout, stderr } = await migrate('drift');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/books +same +1 t +0/)]);
    expect(stderr).toMatch(/books: postgresql:\/\/.*:\*\*\*@127\.0\.0\.1/);
  });

  it('names what somebody did by hand, and exits 4; --fast sees it too', async () => {
    await fleet.query(
      'books',
      `ALTER TABLE t ALTER word SET DEFAULT 'b'; CREATE INDEX t_word ON t (word)`,
    );
    const named = await migrate('drift');
    expect(named.code).toBe(4);
    expect(named.stdout).toContain(
      `books: ~ column public.t.word: default should be 'a'::text, is 'b'::text`,
    );
    expect(named.stdout).toContain('books: + index public.t_word should not exist');
    expect(named.stdout).toMatch(/^books +drifted +1 t +[1-9]/m);
    const fast = await migrate('drift', '--fast', '--json');
    expect(fast).toMatchObject({
      code: 4,
      json: { command: 'drift', exitCode: 4, fast: true, databases: [{ state: 'drifted' }] },
    });
  });
});
