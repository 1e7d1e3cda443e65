import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestFleet } from '../../../libs/migrator/test/fleet-fixture.js';
import { type Answer, fpIn } from './fp-process.js';

const elsewhere = mkdtempSync(join(tmpdir(), 'fp-langsense-'));
const fp = fpIn(elsewhere);
let fleet: TestFleet;
beforeAll(async () => {
  const files = {
    '001_t.sql': 'CREATE TABLE t (id int PRIMARY KEY); CREATE INDEX t_back ON t (id DESC);',
  };
  fleet = await TestFleet.create([
    { name: 'bot', files },
    { name: 'web', files },
  ]);
});
afterAll(async () => {
  await fleet.drop();
  rmSync(elsewhere, { recursive: true });
});

async function ask(...args: string[]): Promise<Answer> {
  const format = ['--format', 'langsense', '--fleet', fleet.file];
  const answer = await fp(['migrate', ...args, ...format], { vars: fleet.vars });
  return { ...answer, json: JSON.parse(answer.stdout) as Answer['json'] };
}

describe('--format langsense', () => {
  it('answers status and health with the keys of langsense, before and after up', async () => {
    const before = await ask('status', '--only', 'bot');
    expect([before.code, before.json]).toEqual([
      0,
      {
        initialized: true,
        current_version: null,
        pending_migrations: ['1 t'],
        applied_migrations: [],
        schema_valid: true,
        schema_issues: [],
      },
    ]);
    expect((await fp(['migrate', 'up', '--fleet', fleet.file], { vars: fleet.vars })).code).toBe(0);
    expect((await ask('status', '--only', 'bot')).json).toMatchObject({
      current_version: '1',
      pending_migrations: [],
      applied_migrations: ['1 t'],
      schema_valid: true,
    });
    expect((await ask('health', '--only', 'bot')).json).toEqual({
      connectivity: true,
      tables: { healthy: true, missing: [] },
      indexes: { healthy: true, missing: [], invalid: [] },
      overall_healthy: true,
    });
  });

  it('names what is missing; several databases stand under their names', async () => {
    await fleet.query('bot', 'DROP INDEX t_back');
    const health = await ask('health');
    expect([health.code, health.json]).toEqual([
      4,
      {
        bot: {
          connectivity: true,
          tables: { healthy: true, missing: [] },
          indexes: { healthy: false, missing: ['public.t_back'], invalid: [] },
          overall_healthy: false,
        },
        web: expect.objectContaining({ overall_healthy: true }),
      },
    ]);
    const status = await ask('status', '--only', 'bot');
    expect([status.code, status.json]).toEqual([
      0,
      expect.objectContaining({
        schema_valid: false,
        schema_issues: expect.arrayContaining(['index public.t_back is missing']),
      }),
    ]);
  });
});
