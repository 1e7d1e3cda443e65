import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ownServer, type OwnServer } from '@fusion-prime/testing';
import { docker } from '../src/engine.js';

const RUNS = ['ps', '-aq', '--filter', `label=fusion-prime.test-run=${process.pid}`];
let server: OwnServer;

beforeAll(async () => {
  process.env['FP_TEST_POSTGRES'] = 'docker';
  server = await ownServer('settlement');
});

afterEach(() => expect(server.database.query('SELECT 1')).resolves.toHaveLength(1));

afterAll(async () => {
  await server.remove();
  delete process.env['FP_TEST_POSTGRES'];
  expect(await docker(...RUNS)).toBe('');
});

describe('the server of a test run with FP_TEST_POSTGRES=docker', () => {
  it('is a container, and the database on it is migrated', async () => {
    expect((await docker(...RUNS)).trim()).toMatch(/^[0-9a-f]{12}$/);
    const [row] = await server.database.query(
      'SELECT count(*) > 5 AS migrated FROM migrator.history',
    );
    expect(row).toEqual({ migrated: true });
  });

  it('comes back on its port after kill -9, with what was committed', async () => {
    await server.database.query('CREATE TABLE kept AS SELECT 42 AS answer');
    await server.kill();
    await expect(server.database.query('SELECT 1')).rejects.toThrow();
    await server.restart();
    expect(await server.database.query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });
});
