import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, get } from 'node:http';
import { startTestService, testDatabase, testIssuer } from '@fusion-prime/testing';
import type { RunningTestService, TestDatabase } from '@fusion-prime/testing';
import { tiny } from './tiny-service.js';

const PROBES = 3_000;
const CONNECTIONS = 50;

let database: TestDatabase;
let service: RunningTestService;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

beforeAll(async () => {
  database = await testDatabase('settlement');
  service = await startTestService(tiny, { database, issuer: await testIssuer() });
});
afterAll(async () => {
  agent.destroy();
  await service.close();
});

function probe(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(`${service.url}${path}`, { agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject);
  });
}

/** The server's own count. Sessions report theirs only now and then, so the one that probes is asked to end. */
async function transactionsOfEndedProbes(): Promise<number> {
  await database.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'settlement-readiness'`,
  );
  const [row] = await database.query<{ count: string }>(
    'SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = current_database()',
  );
  return Number(row?.count);
}

/** Probes by all connections at once. @returns how many transactions they cost beyond what is allowed */
async function excess(): Promise<number> {
  const before = await transactionsOfEndedProbes();
  const startedAt = performance.now();
  const codes = new Set<number>();
  const ask = async (connection: number): Promise<void> => {
    for (let n = connection; n < PROBES; n += CONNECTIONS) {
      codes.add(await probe(['/health/ready', '/health', '/health/startup'][n % 3] ?? ''));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, connection) => ask(connection)));
  const seconds = (performance.now() - startedAt) / 1_000;
  const asked = (await transactionsOfEndedProbes()) - before;

  expect([...codes]).toEqual([200]);
  // Otherwise this is no test: fewer probes than queries are allowed anyway.
  expect(PROBES / seconds).toBeGreaterThan(100);
  expect(asked).toBeGreaterThan(0);
  // One at each end, and the two statements of this test itself, each time it counts.
  return asked - (Math.ceil(seconds) + 1 + 4);
}

describe('a thousand probes a second', () => {
  it('cost the database at most one query a second, and all are answered', async () => {
    // The server counts autovacuum's transactions too, which comes by once a minute.
    let least = await excess();
    for (let again = 0; again < 2 && least > 0; again += 1) {
      least = Math.min(least, await excess());
    }
    expect(least).toBeLessThanOrEqual(0);
  });
});
